//! `EpisodeService.ProposeEpisode`: a case is proposed for case management (rows 1 and 25, R15, R16, R123).

use lotse_kernel::names::{CaseName, EpisodeName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    acting::{self, Error, Ground},
    convert, convert_episode,
    domain::{
        episode::Episode,
        records::{CriteriaSheet, Proposal},
        refused::Refused,
    },
    store::{cases, consequences::Told, episodes},
};

/// Proposes, or answers with the episode when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ProposeEpisodeRequest,
) -> Result<contract::Episode, Error> {
    let parent: CaseName = parse_name("parent", &request.parent)?;
    let mut unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (person, resource) = access::case(&mut unit, &parent, &request.parent).await?;
    let (mut unit, _proof) = unit.authorize::<acts::ProposeEpisode>(&person, &resource).await?;

    let mut fields = Fields::new();
    let name = contract::SignalSource::as_str_name;
    let signal_source =
        convert::parse_code(&mut fields, "signal_source", request.signal_source, "SIGNAL_SOURCE_", name);
    let sheet = fields.required("criteria", request.criteria.as_ref()).cloned().unwrap_or_default();
    let criteria = CriteriaSheet {
        lacking_abilities: fields.text("criteria.lacking_abilities", &sheet.lacking_abilities, 1..=2000),
        reasons_in_person: fields.text("criteria.reasons_in_person", &sheet.reasons_in_person, 1..=2000),
        expected_progress: fields.text("criteria.expected_progress", &sheet.expected_progress, 1..=2000),
    };
    let request_id = fields.request_id(&request.request_id);
    let signal_source =
        fields.finish(signal_source)?.ok_or_else(|| Failure::Defect("a source that was not read".to_owned()))?;

    let name = EpisodeName::new(parent.clone(), unit.new_id());
    if let Claim::Seen { resource } = unit.claim(request_id, &request, &name.to_string()).await? {
        return Ok(convert_episode::episode(&episodes::load(&mut unit, &parse_name("name", &resource)?).await?));
    }
    let case = cases::lock(&mut unit, &parent).await?;
    let previous = if case.has_episodes { episodes::newest(&mut unit, &parent).await? } else { None };
    let previous = previous.map(|stored| stored.episode);
    if let Some(running) = previous.as_ref().filter(|episode| !episode.phase().allows_new_proposal()) {
        return Err(Error::EpisodeRunning { episode: running.name().clone(), phase: running.phase() });
    }
    let proposal = Proposal {
        signal_source,
        criteria,
        proposed_on: unit.today(),
        proposed_by: parse_name("staff", &person.staff_member)?,
        placement_officer: case.placement_officer,
        previous_episode: previous.map(|episode| episode.name().clone()),
    };
    let ground = Ground::read_at(&mut unit, parent.jobcenter_name(), &case.seat).await?;
    let decided = Episode::propose(name.clone(), proposal, &ground.rules(unit.today())).map_err(Refused::from)?;
    let stored =
        episodes::Stored { episode: decided.episode, version: 1, generation: 1, outbox_seq: 1, created_at: unit.now() };
    let told = Told { happened: &decided.events, actor: &person.staff_member };
    episodes::insert(&mut unit, &stored, &case.team, told).await?;
    acting::start(&mut unit, desk, &stored, "EPISODE_PROPOSED")?;
    unit.commit(&name.to_string(), "R15, R16").await?;
    Ok(convert_episode::episode(&stored))
}
