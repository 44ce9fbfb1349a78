//! `PolicyProcessService.ReplanDuties` (process API): a version that has begun takes open duties over, page by page (R8).

use jiff::civil::Date;
use lotse_kernel::{names::PolicyName, policy::Keeper};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, business_time, parse_name},
    principal::Caller,
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::{self, Ground},
    convert_replan,
    domain::policies::{
        Policy,
        activation::{Activation, ActivationState, Stage, has_begun},
    },
    neighbours::{Asked, Page},
    policy_making::{Error, GROUND},
    role::Office,
    store::{
        activations::{self, Found},
        cases,
        consequences::Told,
        episodes, policies, policy_changes, watches,
    },
    watching,
};

/// Takes the page. A repetition, another page than the next one and a day before the first change nothing; the last two leave not even
/// their key.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::ReplanDutiesRequest,
) -> Result<contract::PolicyActivation, Error> {
    let (keeper, asked) = match attempt(office, caller, &request, None).await? {
        Attempt::Over(answer) => return Ok(answer),
        Attempt::Ask(keeper, asked) => (keeper, asked),
    };
    // No transaction waits for a sibling: what it says is brought into the next one, which takes the page if it is still the next.
    let told = office.siblings.preview(keeper, *asked).await?;
    match attempt(office, caller, &request, Some(told)).await? {
        Attempt::Over(answer) => Ok(answer),
        Attempt::Ask(..) => Err(Failure::Defect("a page whose sibling was asked".to_owned()).into()),
    }
}

/// What came of taking a page.
enum Attempt {
    /// It is taken, or there is nothing to take.
    Over(contract::PolicyActivation),
    /// It is of records that a sibling keeps, who has to be asked first.
    Ask(Keeper, Box<Asked>),
}

/// Takes the page in one transaction; `told` is what the sibling has said that keeps its records.
async fn attempt(
    desk: &Desk,
    caller: &Caller,
    request: &contract::ReplanDutiesRequest,
    told: Option<Page>,
) -> Result<Attempt, Error> {
    let name: PolicyName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let unit = desk.begin_at(caller, name.jobcenter().as_str(), now).await?;
    let (mut unit, proof, _) = access::enter::<acts::ReplanDuties>(unit, name.jobcenter_name(), &request.name).await?;

    let mut fields = Fields::new();
    let page = fields.number("page", request.page, 1..=i32::MAX);
    let request_id = fields.request_id(&request.request_id);
    let page = fields.finish(page)?;

    let policy = policies::load(&mut unit, &name).await?.policy;
    // A page that is asked for again has the same id at a later time of its workflow.
    let timeless = contract::ReplanDutiesRequest { business_time: None, ..request.clone() };
    let claim = unit.claim(request_id, &timeless, &request.name).await?;
    let begun = activations::find(&mut unit, &name).await?.map(|(activation, _)| activation);
    let state = policy.activation(begun.as_ref())?;
    let is_over = matches!(state, ActivationState::Keeps | ActivationState::Done);
    if claim != Claim::New || is_over || !has_begun(&policy.version, unit.today()) {
        return Ok(Attempt::Over(convert_replan::progress(&policy, begun.as_ref())?));
    }
    let begun = activations::begin(&mut unit, &proof, &policy).await?;
    if begun.done || begun.page != page {
        return Ok(Attempt::Over(convert_replan::progress(&policy, Some(&begun))?));
    }
    let ground = Ground::read(&mut unit, policy.name.jobcenter_name()).await?;
    let after = match (begun.stage.keeper(), told) {
        (Some(keeper), None) => {
            let asked = ask(&policy, &begun, &ground, unit.today())?;
            unit.end().await?;
            return Ok(Attempt::Ask(keeper, asked));
        }
        (Some(_), Some(told)) => note_page(&mut unit, &policy, begun, told).await?,
        (None, _) => take_page(&mut unit, desk, &policy, &ground, begun).await?,
    };
    let answer = convert_replan::progress(&policy, Some(&after))?;
    unit.commit(&request.name, GROUND).await?;
    Ok(Attempt::Over(answer))
}

/// What a sibling is asked for the next page of its records.
fn ask(policy: &Policy, activation: &Activation, ground: &Ground, today: Date) -> Result<Box<Asked>, Failure> {
    let rules = ground.told_to_siblings();
    Ok(Box::new(Asked {
        jobcenter: policy.name.jobcenter_name().clone(),
        rules: rules.ok_or_else(|| Failure::Defect("a jobcenter without a place".to_owned()))?,
        citation: policy.version.citation(),
        as_of: today,
        after: activation.after,
    }))
}

/// Notes what a sibling has told of the page, whose dates it computes itself, for the report.
async fn note_page(
    unit: &mut Unit,
    policy: &Policy,
    activation: Activation,
    told: Page,
) -> Result<Activation, Failure> {
    let noted = policy_changes::note_told(unit, &policy.name, &told.changes).await?;
    let turned = activation.turned(&policy.version, told.last, noted);
    activations::save(unit, &policy.name, &turned).await?;
    Ok(turned)
}

/// Takes the page that comes next, in one transaction with the note that it was taken.
async fn take_page(
    unit: &mut Unit,
    desk: &Desk,
    policy: &Policy,
    ground: &Ground,
    activation: Activation,
) -> Result<Activation, Failure> {
    let jobcenter = policy.name.jobcenter_name();
    let (mut taken, mut reached, mut changes) = (0, None, 0);
    match activation.stage {
        Stage::Episodes => {
            for found in activations::open_episodes(unit, jobcenter, activation.after).await? {
                (taken, reached) = (taken + 1, Some(found.stored.episode.name().id()));
                changes += replan_episode(unit, desk, policy, ground, found).await?;
            }
        }
        Stage::Watches => {
            for found in activations::open_watches(unit, jobcenter, activation.after).await? {
                (taken, reached) = (taken + 1, Some(found.watch.case().id()));
                changes += replan_watch(unit, policy, ground, found).await?;
            }
        }
        Stage::Referrals | Stage::Letters => {}
    }
    let (stage, found) = (activation.stage, activation.found + changes);
    let reached = reached.filter(|_| taken == activations::PAGE);
    // All people of a jobcenter have one workflow, which is woken once for all of them.
    if stage == Stage::Watches && reached.is_none() && found > 0 {
        watching::rouse(unit, desk, jobcenter, "POLICY_ACTIVATED").await?;
    }
    let turned = activation.turned(&policy.version, reached, changes);
    activations::save(unit, &policy.name, &turned).await?;
    Ok(turned)
}

/// Has one episode computed again, saves what moved, wakes its workflow where its dates or its escalations changed, and notes it for the
/// report. A version moves dates or escalations and never both, so that a workflow is woken once.
async fn replan_episode(
    unit: &mut Unit,
    desk: &Desk,
    policy: &Policy,
    ground: &Ground,
    Found { stored: before, team }: Found,
) -> Result<i32, Failure> {
    let replanned = before.episode.clone().replan(&policy.version, &ground.rules(unit.today()));
    let replanned = replanned.map_err(|missing| Failure::Defect(missing.to_string()))?;
    let holder = before.episode.name().clone().into();
    let escalates_anew = replanned.escalates_anew();
    if replanned.record != before.episode {
        let after = before.followed_by(replanned.record);
        let actor = unit.caller().principal.subject.clone();
        let told = Told { happened: &replanned.events, actor: &actor };
        episodes::save(unit, &before, &after, &team, told).await?;
        if after.wakes_since(&before) {
            acting::wake(unit, desk, &after, "POLICY_ACTIVATED");
        }
    }
    let noted = policy_changes::note(unit, &policy.name, &holder, &replanned.changes).await?;
    // The episode knows nothing of how it escalates. Its workflow sleeps until the day of the version before: it is woken with the note
    // in the report, which is made once.
    if escalates_anew && noted > 0 {
        let woken = episodes::number_event(unit, &before).await?;
        acting::wake(unit, desk, &woken, "POLICY_ACTIVATED");
    }
    Ok(noted)
}

/// Has the check of one person computed again, saves it where it moved or escalates on another day, and notes it for the report.
async fn replan_watch(
    unit: &mut Unit,
    policy: &Policy,
    ground: &Ground,
    before: watches::Stored,
) -> Result<i32, Failure> {
    let replanned = before.watch.clone().replan(&policy.version, &ground.rules(unit.today()));
    let replanned = replanned.map_err(|missing| Failure::Defect(missing.to_string()))?;
    let case = cases::load(unit, before.watch.case()).await?;
    let actor = unit.caller().principal.subject.clone();
    let told = Told { happened: &replanned.events, actor: &actor };
    watching::keep(unit, &before, replanned.record, ground, (&case, told)).await?;
    policy_changes::note(unit, &policy.name, &case.name.into(), &replanned.changes).await
}
