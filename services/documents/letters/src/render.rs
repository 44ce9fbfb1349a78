//! Making the PDF of a letter.

use aws_lc_rs::digest;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::catalogue::Template;
use crate::data::{Addressee, Appointment, Contact, LetterContent, LetterData, LetterKind, Sender};
use crate::faults::{Fault, printed_line, printed_text};
use crate::world::LetterWorld;

/// A finished letter.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedLetter {
    /// The file: PDF/A-2a and PDF/UA-1.
    pub pdf: Vec<u8>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// Why a letter could not be made. No variant carries content of the letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Fields cannot be printed; all of them are listed.
    #[error("{} fields of the letter cannot be printed", faults.len())]
    NotPrintable {
        /// Every field at fault.
        faults: Vec<Fault>,
    },
    /// The template is for another letter.
    #[error("template {code} is for {template_kind}, not for {data_kind}")]
    OtherKind {
        /// Code of the template.
        code: String,
        /// The letter the template is for.
        template_kind: LetterKind,
        /// The letter the data is for.
        data_kind: LetterKind,
    },
    /// The template is wrong: typst refused it, or the page breaks a rule of PDF/A-2a or PDF/UA-1.
    #[error("template {code} version {version} is faulty at {places}")]
    TemplateFaulty {
        /// Code of the template.
        code: String,
        /// Version of the template.
        version: i32,
        /// Files and lines of the faults, such as `/letter.typ:12`; typst's own words could quote the letter's data.
        places: String,
    },
}

/// Makes the letter: template and data in, PDF out, byte for byte the same for the same input. Takes 3 to 100 ms of CPU,
/// so async callers use a blocking thread.
///
/// # Errors
/// [`RenderError`]; the same input fails again.
pub fn render(template: &Template, data: &LetterData) -> Result<RenderedLetter, RenderError> {
    if template.kind != data.kind() {
        return Err(RenderError::OtherKind {
            code: template.code.to_string(),
            template_kind: template.kind,
            data_kind: data.kind(),
        });
    }
    let faults = data.faults();
    if !faults.is_empty() {
        return Err(RenderError::NotPrintable { faults });
    }
    let json = serde_json::to_string(&printed(data)).map_err(|_| faulty(template, "/data.json".to_owned()))?;
    let world = LetterWorld::new(&template.source, json);
    let pdf = compile(&world).map_err(|places| faulty(template, places));
    // typst remembers what it computed, data included: forget it with the letter.
    typst::comemo::evict(0);
    let pdf = pdf?;
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, &pdf).as_ref());
    Ok(RenderedLetter { pdf, sha256 })
}

fn faulty(template: &Template, places: String) -> RenderError {
    RenderError::TemplateFaulty { code: template.code.to_string(), version: template.version, places }
}

/// Sets the pages; an error names the places of the faults.
fn pages(world: &LetterWorld) -> Result<PagedDocument, String> {
    typst::compile(world).output.map_err(|diagnostics| places(world, diagnostics.as_slice()))
}

/// Sets the pages and writes the PDF; an error names the places of the faults.
fn compile(world: &LetterWorld) -> Result<Vec<u8>, String> {
    let document = pages(world)?;
    let standards =
        PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|_| "the choice of standards".to_owned())?;
    let options = PdfOptions { creator: Smart::Custom(Some("Lotse".to_owned())), standards, ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|diagnostics| places(world, diagnostics.as_slice()))
}

fn places(world: &LetterWorld, diagnostics: &[SourceDiagnostic]) -> String {
    let place = |diagnostic: &SourceDiagnostic| {
        let id = diagnostic.span.id()?;
        let source = world.source(id).ok()?;
        let start = world.range(diagnostic.span)?.start;
        let line = source.lines().byte_to_line(start)? + 1;
        Some(format!("{}:{line}", id.get().vpath().get_with_slash()))
    };
    let known: Vec<String> = diagnostics.iter().filter_map(place).collect();
    if known.is_empty() { "an unknown place".to_owned() } else { known.join(", ") }
}

/// The data as it is printed: single blanks, no characters without ink.
fn printed(data: &LetterData) -> LetterData {
    let contact = |contact: &Contact| Contact {
        name: printed_line(&contact.name),
        phone: printed_line(&contact.phone),
        email: printed_line(&contact.email),
    };
    let lines = |lines: &[String]| lines.iter().map(|line| printed_line(line)).collect();
    let mut printed = LetterData {
        written_on: data.written_on,
        sender: Sender { name: printed_line(&data.sender.name), address_lines: lines(&data.sender.address_lines) },
        addressee: Addressee {
            name: printed_line(&data.addressee.name),
            address_lines: lines(&data.addressee.address_lines),
        },
        reference: printed_line(&data.reference),
        officer: contact(&data.officer),
        content: data.content.clone(),
    };
    match &mut printed.content {
        LetterContent::ReviewInvitation(invitation) => {
            invitation.message = printed_text(&invitation.message);
            if let Appointment::Fixed { place, .. } = &mut invitation.appointment {
                *place = printed_line(place);
            }
        }
        LetterContent::Closing(closing) => {
            closing.message = printed_text(&closing.message);
            closing.contact = contact(&closing.contact);
        }
    }
    printed
}

#[cfg(test)]
mod tests;
