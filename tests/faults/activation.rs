//! A policy version takes the open duties of more than one page of episodes over, and whoever does it dies in the middle.

use std::fmt::Write as _;

use lotse::{
    journey::{Journey, parse},
    stack::{DATABASE, apart::WORKER},
};
use sqlx::PgPool;

use crate::{
    at,
    door::{
        Victim::Role,
        When::{During, Unheard},
    },
    stand::Stand,
};

/// Proposals that wait for a decision: one page and some.
const PROPOSALS: usize = 30;

const HEAD: &str = r#"
journey: Sechs statt vier Wochen für jeden Vorschlag
about: Eine Dienstanweisung verlängert die Frist für Vorschläge, über die noch nicht entschieden ist.
requirements: [R8, R17]
jobcenter: { id: musterstadt, land: NW, municipality: "05515000" }
people:
  anna: { roles: [case-manager], team: ue25, display_name: Anna Albers }
  bernd: { roles: [placement-officer], team: av1, display_name: Bernd Brandt }
  doris: { roles: [team-lead], team: ue25, display_name: Doris Dahl }
  emil: { roles: [post-room], display_name: Emil Engel }
  gerda: { roles: [team-lead], team: u25, display_name: Gerda Groß }
steps:
  - on: 2031-03-03
    as: doris
    call: lotse.cases.v1.PolicyService/DraftPolicy
    request:
      parent: "${jobcenter}"
      policy:
        key: POLICY_KEY_PROPOSAL_DECISION
        valid_from_date: 2031-03-10
        legal_basis: Dienstanweisung 1/2031
        open_duties: OPEN_DUTIES_REPLAN
        parameters: [{ name: weeks, number: 6 }]
    save: { policy: name }
  - as: doris
    call: lotse.cases.v1.PolicyService/ValidatePolicy
    request: { name: "${policy}" }
  - as: gerda
    call: lotse.cases.v1.PolicyService/ApprovePolicy
    request: { name: "${policy}" }
"#;

/// One more proposal; the first one is what the outcome of a story looks at.
const PROPOSAL: &str = r#"
  - as: bernd
    call: lotse.cases.v1.CaseService/RegisterCase
    request:
      parent: "${jobcenter}"
      case:
        person:
          given_name: Kim
          family_name: Kern
          birth_date: 1988-05-17
          customer_number: "323C001NUMBER"
          address_lines: ["Kim Kern", "Lindenweg 4", "48143 Musterstadt"]
        benefit_unit_number: "32345//0001NUMBER"
        team: ue25
        placement_officer: "${bernd}"
        profile:
          type: PROFILE_TYPE_STABILISIERUNGSPROFIL
          established_date: 2031-03-03
          needs: [{ key_group: KEY_GROUP_CIRCUMSTANCES, obstacle: PLACEMENT_OBSTACLE_HOUSING, text: "Wohnungsverlust droht", severity: 3 }]
    save: { caseSUFFIX: name }
  - as: bernd
    call: lotse.cases.v1.EpisodeService/ProposeEpisode
    request:
      parent: "${caseSUFFIX}"
      signal_source: SIGNAL_SOURCE_PLACEMENT_TALK
      criteria:
        lacking_abilities: Ordnet Unterlagen und Termine nicht ohne Hilfe.
        reasons_in_person: Krankheit und Schulden greifen ineinander.
        expected_progress: Mit gesicherter Wohnung ist Teilzeitarbeit erreichbar.
    save: { episodeSUFFIX: name }
"#;

const END: &str = r#"
  - on: 2031-03-10
    as: doris
    call: lotse.cases.v1.PolicyService/GetActivationReport
    request: { name: "${policy}" }
    eventually: true
    expect:
      state: ACTIVATION_STATE_DONE
      counts: { effects: [{ effect: REPLAN_EFFECT_MOVED, count: PROPOSALS }], episodes: PROPOSALS, becomes_overdue: 0 }
  - on: 2031-03-12
"#;

fn journey() -> Journey {
    let mut text = HEAD.to_owned();
    for number in 0..PROPOSALS {
        let suffix = if number == 0 { String::new() } else { format!("_{number}") };
        let proposal = PROPOSAL.replace("NUMBER", &format!("{number:03}")).replace("SUFFIX", &suffix);
        write!(text, "{}", proposal.trim_start_matches('\n')).expect("a text grows");
    }
    text.push_str(END.replace("PROPOSALS", &PROPOSALS.to_string()).trim_start_matches('\n'));
    parse("proposals.yaml", &text).expect("the journey is sound")
}

/// The worker dies when a page was taken and before it hears so, again while it asks, and then the service after a page: each duty has
/// moved once, and each episode was told of it once.
pub async fn a_worker_dies_in_the_middle_of_an_activation() {
    let journey = journey();
    let stand = Stand::up(&journey).await;
    for (when, victim) in [(Unheard, Role(WORKER)), (During, Role(WORKER)), (Unheard, Role("cases"))] {
        stand.trap(at("PolicyProcessService/ReplanDuties", when, victim));
    }
    stand.play(&journey, async |_| {}).await;
    let pool = PgPool::connect(&stand.stack.servers().database_url(DATABASE)).await.expect("the database");
    let count =
        async |query: &'static str| -> i64 { sqlx::query_scalar(query).fetch_one(&pool).await.expect("a count") };
    let once = r"
        SELECT count(*)
        FROM (
            SELECT d.episode_id
            FROM cases.duties d
            WHERE d.kind = 'PROPOSAL_DECISION'
            GROUP BY d.episode_id
            HAVING count(*) = 2
               AND count(*) FILTER (WHERE d.state = 'VOID') = 1
               AND count(*) FILTER (WHERE d.due_on = date '2031-04-14') = 1
        ) AS moved
    ";
    let proposals = i64::try_from(PROPOSALS).expect("a small number");
    assert_eq!(count(once).await, proposals);
    assert_eq!(count("SELECT count(*) FROM cases.case_events WHERE code = 'DUTY_REPLANNED'").await, proposals);
    assert_eq!(count("SELECT count(*) FROM cases.policy_changes").await, proposals);
    assert_eq!(count("SELECT count(*) FROM cases.outbox_events").await, 0, "everything arrived");
}
