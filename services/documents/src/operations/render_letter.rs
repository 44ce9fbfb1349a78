//! `LetterProcessService.RenderLetter`: facts and words become a sealed file. Object first, row second.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use lotse_kernel::dates::berlin_date;
use lotse_kernel::legal::Surroundings;
use lotse_kernel::names::{LetterName, StaffName};
use lotse_letters::RenderError;
use lotse_platform::authorization::{Act, Authorized};
use lotse_platform::case_access::CasesError;
use lotse_platform::convert::timetable;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{Fields, business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_platform::unit::{Claim, Unit};
use lotse_proto::documents::{LetterStepResponse, RenderLetterRequest};

use super::legal_ground;
use crate::Documents;
use crate::access::{file_failure, key_failure};
use crate::domain::content::{LetterFacts, Words, assemble};
use crate::domain::letter::{Draft, Letter, LetterState, Rendering};
use crate::domain::{letter, posting};
use crate::store::templates::StoredTemplate;
use crate::store::{letters, templates};
use crate::vault::{Label, OpenError, Purpose};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct RenderLetter;

impl Act for RenderLetter {
    const NAME: &'static str = "RenderLetter";
}

/// Renders and stores a letter.
///
/// # Errors
/// [`Failure`]; a letter that cannot be made is no error, it becomes FAILED.
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: RenderLetterRequest,
) -> Result<LetterStepResponse, Failure> {
    let name: LetterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let rules = documents.rules(name.case()).await?;
    let around = rules.on(berlin_date(now));
    let (mut unit, proof) = enter(documents, caller, &name, now).await?;
    let mut fields = Fields::new();
    let request_id = fields.request_id(&request.request_id);
    let request_id = fields.finish(request_id)?;

    let stored = letters::find(&mut unit, proof, &name).await?;
    let letter = stored.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.letter;
    let LetterState::Requested(draft) = &letter.state else { return answer(&letter, around, false) };
    let template = templates::newest(&mut unit, proof, letter.kind).await?;
    let template = template.ok_or_else(|| Failure::Defect("no template is published".to_owned()))?;
    // Facts, pages and object take time: no transaction waits for them.
    drop(unit);
    let made = make(documents, &letter, draft, template, berlin_date(now)).await?;

    let (mut unit, proof) = enter(documents, caller, &name, now).await?;
    let letter = letters::lock(&mut unit, proof, &name).await?.letter;
    let is_open = matches!(letter.state, LetterState::Requested(_));
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = RenderLetterRequest { business_time: None, ..request.clone() };
    let claim = unit.claim(request_id, &timeless, &name.to_string()).await;
    if !is_open || !matches!(claim, Ok(Claim::New)) {
        // Another attempt was faster, or the id was used for something else: this file is nobody's.
        drop(unit);
        if let Ok(rendering) = &made {
            documents.files.discard(&rendering.file).await;
        }
        claim?;
        return answer(&letter, around, false);
    }
    let kind = letter.kind;
    let letter = match made {
        Ok(rendering) => letter.rendered(rendering),
        Err(failed) => letter.failed(failed.failure, failed.officer),
    };
    let letter = letter.map_err(|wrong| Failure::Defect(wrong.to_string()))?;
    let letter = letters::update(&mut unit, proof, letter).await?;
    unit.commit(&name.to_string(), legal_ground(kind)).await?;
    answer(&letter, around, true)
}

async fn enter(
    documents: &Documents,
    caller: &Caller,
    name: &LetterName,
    now: Timestamp,
) -> Result<(Unit, Authorized<RenderLetter>), Failure> {
    documents.enter_process::<RenderLetter>(caller, name.case(), name.to_string(), now).await
}

fn answer(letter: &Letter, around: Surroundings<'_>, taken: bool) -> Result<LetterStepResponse, Failure> {
    let timetable = timetable(&posting::timetable(letter, around)?);
    // Somebody has to know of a letter that cannot be made; the same answer when it is asked for again.
    let failed = matches!(letter.state, LetterState::Failed(..));
    let recipients = letter.state.officer().filter(|_| failed).map(ToString::to_string).into_iter().collect();
    Ok(LetterStepResponse { taken, recipients, timetable: Some(timetable) })
}

/// A letter cannot be made, and who could repair the cause.
struct Failed {
    failure: letter::Failure,
    officer: Option<StaffName>,
}

/// Makes and stores the file. The outer error is worth another attempt, the inner one is final.
async fn make(
    documents: &Documents,
    letter: &Letter,
    draft: &Draft,
    template: StoredTemplate,
    written_on: Date,
) -> Result<Result<Rendering, Failed>, Failure> {
    let name = &letter.name;
    let facts = match documents.cases.letter_facts(&name.case().to_string(), &letter.cause.to_string()).await {
        Ok(facts) => facts,
        Err(CasesError::NotFound) => {
            return Ok(Err(Failed { failure: letter::Failure::FactsMissing, officer: None }));
        }
        Err(error) => return Err(error.failure()),
    };
    let officer = facts.officer_name.clone();
    let words = words(documents, name, draft)?;
    let pdf = match pdf(letter, facts, words, Arc::new(template.clone()), written_on).await? {
        Ok(pdf) => pdf,
        Err(failure) => return Ok(Err(Failed { failure, officer: Some(officer) })),
    };
    let label = Label { jobcenter: name.jobcenter().as_str(), document: name.id(), purpose: Purpose::File };
    let object = documents.desk.wall.new_id();
    let file = documents.files.store(label, object, &pdf).await.map_err(|error| file_failure(&error))?;
    Ok(Ok(Rendering {
        template_code: template.template.code.into_owned(),
        template_version: template.template.version,
        written_on,
        officer,
        file,
    }))
}

/// The words somebody wrote, opened.
fn words(documents: &Documents, name: &LetterName, draft: &Draft) -> Result<Words, Failure> {
    let label = Label { jobcenter: name.jobcenter().as_str(), document: name.id(), purpose: Purpose::Draft };
    let text = match documents.files.vault().open(label, &draft.key, &draft.ciphertext) {
        Ok(text) => text,
        Err(OpenError::Key(error)) => return Err(key_failure(&error)),
        Err(OpenError::Damaged(damage)) => return Err(Failure::Defect(format!("draft of a letter: {damage}"))),
    };
    serde_json::from_slice(&text).map_err(|_| Failure::Defect("draft of a letter: not what was sealed".to_owned()))
}

/// Sets the pages on a thread that may block.
async fn pdf(
    letter: &Letter,
    facts: LetterFacts,
    words: Words,
    template: Arc<StoredTemplate>,
    written_on: Date,
) -> Result<Result<Vec<u8>, letter::Failure>, Failure> {
    let data = match assemble(letter.kind, facts, words, written_on) {
        Ok(data) => data,
        Err(failure) => return Ok(Err(failure)),
    };
    let rendering = tokio::task::spawn_blocking(move || lotse_letters::render(&template.template, &data));
    let rendered = rendering.await.map_err(|_| Failure::Defect("rendering a letter panicked".to_owned()))?;
    Ok(match rendered {
        Ok(rendered) => Ok(rendered.pdf),
        Err(RenderError::NotPrintable { .. }) => Err(letter::Failure::FieldsNotPrintable),
        Err(error @ (RenderError::OtherKind { .. } | RenderError::TemplateFaulty { .. })) => {
            tracing::error!(letter = %letter.name, %error, "a template is faulty");
            Err(letter::Failure::TemplateFaulty)
        }
    })
}
