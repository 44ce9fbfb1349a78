//! The letters as they come out: conformity, sameness, and text that stays text.

use jiff::civil::{date, time};
use typst::layout::{Frame, FrameItem};

use super::*;
use crate::catalogue::{catalogue, template};
use crate::data::{Closing, EndReason, ReviewInvitation};
use crate::faults::FaultKind;

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn contact(name: &str) -> Contact {
    Contact { name: name.into(), phone: "0211 123-456".into(), email: "fallmanagement@jobcenter.example".into() }
}

fn letter(content: LetterContent) -> LetterData {
    LetterData {
        written_on: date(2026, 8, 10),
        sender: Sender {
            name: "Jobcenter Musterstadt".into(),
            address_lines: lines(&["Am Markt 1", "12345 Musterstadt"]),
        },
        addressee: Addressee {
            name: "Zoë Šimůnková-Łęcka".into(),
            address_lines: lines(&["Hinterhaus, 3. Stock", "Lange Straße 17 b", "12345 Musterstadt"]),
        },
        reference: "123D456789".into(),
        officer: contact("Anna Beispiel"),
        content,
    }
}

fn invitation(message: &str) -> LetterData {
    let appointment =
        Appointment::Fixed { on: date(2026, 8, 27), at: time(10, 30, 0, 0), place: "Am Markt 1, Raum 2.14".into() };
    letter(LetterContent::ReviewInvitation(ReviewInvitation { appointment, message: message.into() }))
}

fn by_arrangement() -> LetterData {
    let appointment = Appointment::ByArrangement { latest_on: date(2026, 9, 9) };
    letter(LetterContent::ReviewInvitation(ReviewInvitation { appointment, message: String::new() }))
}

fn closing(reason: EndReason, aftercare_until: Option<jiff::civil::Date>) -> LetterData {
    letter(LetterContent::Closing(Closing {
        ended_on: date(2028, 3, 9),
        reason,
        contact: contact("Bernd Probe"),
        aftercare_until,
        message: String::new(),
    }))
}

/// The words on the pages in the order in which they are drawn, each run of glyphs parted by nothing.
fn printed_words(data: &LetterData) -> String {
    fn collect(frame: &Frame, into: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => collect(&group.frame, into),
                FrameItem::Text(text) => into.push_str(&text.text),
                _ => {}
            }
        }
    }
    let json = serde_json::to_string(&printed(data)).unwrap();
    let document = pages(&LetterWorld::new(&template(data.kind()).source, json)).unwrap();
    let mut words = String::new();
    document.pages().iter().for_each(|page| collect(&page.frame, &mut words));
    words
}

fn made(data: &LetterData) -> RenderedLetter {
    render(template(data.kind()), data).unwrap()
}

fn contains(pdf: &[u8], needle: &str) -> bool {
    pdf.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn every_letter_is_pdf_a_2a_and_pdf_ua_1() {
    let letters = [
        ("einladung", invitation("Ich freue mich.\nBis bald!"), "Einladung zum Fortführungsgespräch"),
        ("einladung-absprache", by_arrangement(), "Einladung zum Fortführungsgespräch"),
        ("abschluss", closing(EndReason::LastingIntegration, Some(date(2028, 9, 1))), "Abschluss des Fallmanagements"),
        ("abschluss-ohne", closing(EndReason::NoImprovement, None), "Abschluss des Fallmanagements"),
    ];
    for (name, data, title) in letters {
        let letter = made(&data);
        let pdf = &letter.pdf;
        // Left for whoever wants to look at the pages.
        std::fs::write(std::env::temp_dir().join(format!("lotse-{name}.pdf")), pdf).unwrap();
        assert!(pdf.starts_with(b"%PDF-1.7"));
        for marker in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            title,
            "de-DE",
            "/MarkInfo",
            "/StructTreeRoot",
            "/DisplayDocTitle true",
            "/OutputIntents",
            "/FontFile",
        ] {
            assert!(contains(pdf, marker), "{name} lacks {marker}");
        }
        assert!(!contains(pdf, "/JavaScript"));
    }
}

#[test]
fn the_same_letter_has_the_same_bytes() {
    let data = invitation("Bitte bringen Sie gute Laune mit.");
    let first = made(&data);
    assert_eq!(first.sha256, made(&data).sha256);
    assert!(first == made(&data));
    assert_ne!(first.sha256, made(&by_arrangement()).sha256);
}

#[test]
fn what_was_typed_stays_text() {
    let typed = [
        "#panic()",
        "#import \"/data.json\": *",
        "*fett* _kursiv_ `code` $x^2$ <label> @label",
        "= Überschrift",
        "\"Zitat\" 'einfach' \\ #sys.inputs",
        "#read(\"/etc/passwd\")",
        "// Kommentar /* und */ noch etwas",
        "שלום עולם",
    ];
    for text in typed {
        let mut data = invitation(text);
        data.addressee.name = format!("{text} x");
        let blankless = |text: &str| text.replace([' ', '\u{a0}'], "");
        let words = blankless(&printed_words(&data));
        if text.is_ascii() || text.contains('Ü') {
            assert!(words.matches(&blankless(text)).count() >= 3, "{text} is not printed as it stands: {words}");
        }
        made(&data);
    }
}

#[test]
fn line_breaks_part_paragraphs_and_long_texts_fill_pages() {
    made(&invitation("Erste Zeile\r\n\r\n\tZweite Zeile\n"));
    let long = invitation(&"ä".repeat(10_000));
    assert_eq!(printed_words(&long).matches('ä').count() / 10_000, 1);
    made(&long);
    made(&invitation(&"Wort ".repeat(2_000)));
    let too_long = invitation(&"x".repeat(10_001));
    assert_eq!(
        render(template(LetterKind::ReviewInvitation), &too_long).err(),
        Some(RenderError::NotPrintable {
            faults: vec![Fault { field: "content.message", kind: FaultKind::TooLong { limit: 10_000 } }]
        })
    );
}

#[test]
fn an_address_of_any_allowed_length_is_printed() {
    let mut data = invitation("");
    data.addressee.name = "N".repeat(300);
    data.addressee.address_lines = vec!["Straße der Deutsch-Sowjetischen Freundschaft ".repeat(6); 6];
    data.sender.address_lines = vec!["Am Markt ".repeat(30); 6];
    made(&data);
}

#[test]
fn all_faults_are_told_at_once_without_content() {
    let mut data = invitation("\u{e000} geheim");
    data.addressee.name = "  ".into();
    data.addressee.address_lines.clear();
    data.officer.name = "A\u{0}".into();
    let error = render(template(LetterKind::ReviewInvitation), &data).err().unwrap();
    let RenderError::NotPrintable { faults } = &error else { panic!("{error}") };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["addressee.name", "addressee.address_lines", "officer.name", "content.message"]);
    assert!(!format!("{error} {error:?} {data:?}").contains("geheim"));
}

#[test]
fn overrides_of_the_writing_direction_are_left_out() {
    let mut data = invitation("");
    data.addressee.name = "Anna\u{202e}tsuneG\u{202c}".into();
    let words = printed_words(&data);
    assert!(words.contains("AnnatsuneG"), "{words}");
}

#[test]
fn every_reason_of_ending_has_its_words() {
    for reason in EndReason::ALL {
        made(&closing(reason, None));
    }
}

#[test]
fn a_template_sees_nothing_but_its_data() {
    for source in
        ["#read(\"/etc/passwd\")", "#import \"@preview/x:1.0.0\": y", "#datetime.today()", "#include \"/data.json\""]
    {
        let faulty = Template { source: format!("\n{source}").into(), ..catalogue()[0].clone() };
        let error = render(&faulty, &invitation("geheim")).err().unwrap();
        let RenderError::TemplateFaulty { places, .. } = &error else { panic!("{error}") };
        assert_eq!(places, "/letter.typ:2");
    }
}

#[test]
fn a_template_for_another_letter_is_refused() {
    let error = render(template(LetterKind::Closing), &invitation("")).err();
    assert!(matches!(error, Some(RenderError::OtherKind { .. })));
}
