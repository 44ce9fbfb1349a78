//! What the service owes its contract: for each RPC a request that is right, who may send it, and when it comes at the wrong time.

mod writes;

use std::sync::atomic::{AtomicU32, Ordering};

use lotse_devstack::{
    contract::{ABROAD, Exempt, Ground, HOME, Misfit, Promise, Right, Told, exempt, lists, lists::Listing, wire},
    service::{Client, Service},
};
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{self as contract, compute_deadline_request::Question},
    common::DutyState,
};
use prost::Message;
use tonic::Code;

use crate::{
    house::House,
    legal_clock, requests as write,
    story::{Stage, Story, instant},
};

use writes::{Write, Wrong};

const JOBCENTER: &str = "jobcenters/musterstadt";

impl House {
    /// A case of its own that has come as far as a stage.
    async fn story(&self, stage: Stage) -> Story<'_> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let mut story = Story::at(self, &format!("row-{}", NEXT.fetch_add(1, Ordering::Relaxed)), stage).await;
        story.renew();
        story
    }

    fn abroad(&self) -> Client {
        self.service.person("bernd", Some(ABROAD), &["placement-officer", "case-manager"]).expect("a token")
    }

    /// What one reads of a jobcenter: everybody of it may.
    fn of_the_jobcenter(&self, rpc: &str) -> Option<Right> {
        let (bernd, parent) = (self.who("bernd"), JOBCENTER.to_owned());
        let right = match rpc {
            "JobcenterService.GetJobcenter" => Right::new(bernd, &contract::GetJobcenterRequest { name: parent }),
            "StaffService.GetStaffMember" => {
                Right::new(bernd, &contract::GetStaffMemberRequest { name: self.anna.name.clone() })
            }
            "StaffService.ListStaffMembers" => {
                Right::new(bernd, &contract::ListStaffMembersRequest { parent, ..Default::default() })
            }
            "CaseService.SearchCases" => {
                let query = "Mustermann".to_owned();
                Right::new(bernd, &contract::SearchCasesRequest { parent, query, ..Default::default() })
            }
            "CaseService.ListCases" => Right::new(bernd, &contract::ListCasesRequest { parent, ..Default::default() }),
            "WatchService.ListRechecksDue" => Right::new(
                bernd,
                &contract::ListRechecksDueRequest { parent, ..Default::default() },
            )
            .not_by("a case manager", self.who("anna"), Told::Forbidden),
            "EpisodeService.ListWaitingEpisodes" => {
                Right::new(bernd, &contract::ListWaitingEpisodesRequest { parent, ..Default::default() })
            }
            "DutyService.ListDuties" => {
                let states = vec![DutyState::Open.into()];
                let kinds = vec![lotse_proto::common::DutyKind::ContinuationReview.into()];
                let request = contract::ListDutiesRequest { parent, states, kinds, ..Default::default() };
                Right::new(bernd, &request)
            }
            "SteeringService.GetSteeringFigures" => {
                let days = contract_date(self.today());
                let (from_date, to_date) = (Some(days), Some(days));
                let request = contract::GetSteeringFiguresRequest { parent, from_date, to_date, team: String::new() };
                Right::new(self.who("hanna"), &request).not_by("a case manager", self.who("anna"), Told::Forbidden)
            }
            "SteeringService.GetStaffFigures" => {
                let days = Some(contract_date(self.today()));
                let name = self.anna.name.clone();
                let request = contract::GetStaffFiguresRequest { name, from_date: days, to_date: days };
                Right::new(self.who("anna"), &request).not_by("a colleague", self.who("frida"), Told::Forbidden)
            }
            "LegalClockService.ComputeDeadline" => {
                Right::new(bernd, &legal_clock::ask(Question::Period(legal_clock::period())))
            }
            "LegalClockService.ListHolidays" => Right::new(bernd, &legal_clock::holidays(2026, 2027)),
            "LegalClockService.ExplainDate" => {
                Right::new(bernd, &legal_clock::day(lotse_proto::Date { year: 2026, month: 11, day: 18 }))
            }
            _ => return None,
        };
        Some(right.not_by("somebody from abroad", self.abroad(), Told::Nothing))
    }

    /// What one reads of a case: its officers and its team may.
    async fn of_a_case(&self, rpc: &str) -> Option<Right> {
        let story = self.story(Stage::Delivery).await;
        let (bernd, place) = (self.who("bernd"), &story.place);
        let duty = || async { story.timetable().await.due.remove(0).duty };
        let right = match rpc {
            "CaseService.GetCase" => Right::new(bernd, &contract::GetCaseRequest { name: place.case.clone() }),
            "WatchService.GetWatch" => Right::new(bernd, &contract::GetWatchRequest { name: place.case.clone() }),
            "CaseService.ListCaseEvents" => {
                let parent = place.case.clone();
                Right::new(bernd, &contract::ListCaseEventsRequest { parent, ..Default::default() })
            }
            "EpisodeService.GetEpisode" => {
                Right::new(bernd, &contract::GetEpisodeRequest { name: place.episode.clone() })
            }
            "EpisodeService.GetReviewBasis" => {
                Right::new(bernd, &contract::GetReviewBasisRequest { name: place.episode.clone() })
            }
            "EpisodeService.GetProgress" => {
                let name = place.episode.clone();
                Right::new(bernd, &contract::GetProgressRequest { name, ..Default::default() })
            }
            "EpisodeService.ListEpisodes" => {
                let parent = place.case.clone();
                Right::new(bernd, &contract::ListEpisodesRequest { parent, ..Default::default() })
            }
            "DutyService.GetDuty" => Right::new(bernd, &contract::GetDutyRequest { name: duty().await }),
            "DutyService.ExplainDuty" => Right::new(bernd, &contract::ExplainDutyRequest { name: duty().await }),
            _ => return None,
        };
        let mut right = right.not_by("somebody from abroad", self.abroad(), Told::Nothing);
        for stranger in ["clara", "emil", "operator"] {
            right = right.not_by(stranger, self.who(stranger), Told::Nothing);
        }
        Some(right)
    }

    /// What workers and sibling services ask.
    async fn of_the_process(&self, rpc: &str) -> Option<Right> {
        let (worker, parent) = (self.sibling(), JOBCENTER.to_owned());
        let lead = contract::NoticeAudience {
            function: contract::StaffFunction::TeamLead.into(),
            team: "ue25".into(),
            ..Default::default()
        };
        Some(match rpc {
            "StaffDirectoryService.ListRecipients" => {
                Right::new(worker, &contract::ListRecipientsRequest { parent, audience: Some(lead) })
            }
            "StaffDirectoryService.FindBySubject" => {
                Right::new(worker, &contract::FindBySubjectRequest { parent, subject: "bernd".into() })
            }
            "EpisodeProcessService.TakeDutyStep" => {
                let (request, _) = self.story(Stage::Delivery).await.steps().await;
                let other = contract::TakeDutyStepRequest { round: request.round + 1, ..request.clone() };
                Right::new(worker, &request).or(&other)
            }
            _ => {
                let story = self.story(Stage::Delivery).await;
                let (case, name) = (story.place.case.clone(), story.place.episode.clone());
                match rpc {
                    "EpisodeProcessService.GetTimetable" => {
                        let business_time = Some(instant(story.place.today));
                        Right::new(worker, &contract::GetTimetableRequest { name, business_time })
                    }
                    "CaseAccessService.GetFacts" => {
                        Right::new(worker, &contract::GetFactsRequest { case, subject: "doris".into() })
                    }
                    "CaseAccessService.GetLetterFacts" => {
                        Right::new(worker, &contract::GetLetterFactsRequest { case, cause: name })
                    }
                    _ => return None,
                }
            }
        })
    }
}

/// What makes something has nothing before it that could be stale.
const MAKES: &str = "it makes what will have the first etag";

/// Pages have no etag.
const PAGE: &str = "a page names its number, which stands for the state it was seen in";

/// What a jobcenter is answered that has nobody to check.
const NOBODY: &str = "in a jobcenter that watches nobody nothing is waited for, and no page comes next";

/// The case and the cause of a letter have to fit together.
const MISFIT: &str = "a cause below another case is told before either is looked for";

#[rustfmt::skip]
const EXEMPT: &[Exempt] = &[
    exempt(Promise::Etag, "JobcenterService.RegisterJobcenter", MAKES),
    exempt(Promise::Etag, "StaffService.RegisterStaffMember", MAKES),
    exempt(Promise::Etag, "CaseService.RegisterCase", MAKES),
    exempt(Promise::Etag, "EpisodeService.ProposeEpisode", MAKES),
    exempt(Promise::Etag, "PolicyService.DraftPolicy", MAKES),
    exempt(Promise::Etag, "EpisodeService.HandOverCaseload", "each episode is read by the call itself, just before it goes over"),
    exempt(Promise::Etag, "DutyService.SetWorkingDate", "it says anew when something will be done, whatever was said before, and moves no date of the law"),
    exempt(Promise::Etag, "WatchService.RecordRechecks", "each check names the etag of its own watch, which a test of its own holds"),
    exempt(Promise::OneRow, "EpisodeService.HandOverCaseload", "each episode that goes over has a row of its own, beside that of the call"),
    exempt(Promise::WrongTime, "EpisodeService.HandOverCaseload", "what does not fit is told of each episode and holds up no other"),
    exempt(Promise::Etag, "EpisodeProcessService.TakeDutyStep", "a step names its duty and round, which stand for the state it was seen in"),
    exempt(Promise::Etag, "WatchProcessService.SweepWatches", PAGE),
    exempt(Promise::Etag, "WatchProcessService.SettleWatchNotices", PAGE),
    exempt(Promise::Etag, "PolicyProcessService.ReplanDuties", PAGE),
    exempt(Promise::WrongTime, "StaffService.UpdateStaffMember", "a staff record may be corrected as long as it is there"),
    exempt(Promise::WrongTime, "JobcenterService.SetYouthTeams", "which teams there are may be said at any time"),
    exempt(Promise::WrongTime, "CaseService.DecideTeam", "a person may change the team at any time; that keeping it needs a question is held by a test of its own"),
    exempt(Promise::WrongTime, "CaseService.RecordProfile", "a profile is kept for every case, with an episode and without"),
    exempt(Promise::WrongTime, "PolicyService.DraftPolicy", "drafts may stand beside each other and beside what is in force"),
    exempt(Promise::Abroad, "WatchProcessService.GetWatchTimetable", NOBODY),
    exempt(Promise::Abroad, "WatchProcessService.SweepWatches", NOBODY),
    exempt(Promise::Abroad, "WatchProcessService.ListWatchNotices", NOBODY),
    exempt(Promise::Abroad, "WatchProcessService.SettleWatchNotices", NOBODY),
    exempt(Promise::Abroad, "StaffDirectoryService.ListRecipients", "to an audience in a jobcenter without staff belongs nobody"),
    exempt(Promise::Listed, "PolicyService.GetActivationReport", "whoever writes local policy sees what it moves in all teams, and nothing of the people"),
    exempt(Promise::Listed, "WatchService.ListRechecksDue", "of the watches that may be read it shows those whose check the caller has to make"),
    exempt(Promise::Listed, "SteeringService.GetSteeringFigures", "whoever steers reads counts over all teams, and nothing of the people"),
    exempt(Promise::NotThere, "JobcenterService.RegisterJobcenter", "it names no thing that could be missing"),
    exempt(Promise::NotThere, "EpisodeProcessService.TakeDutyStep", "a duty that is not there has no steps, and the workflow is told so"),
    exempt(Promise::Abroad, "CaseAccessService.GetLetterFacts", MISFIT),
    exempt(Promise::NotThere, "CaseAccessService.GetLetterFacts", MISFIT),
];

impl Ground for House {
    const PACKAGE: &'static str = "lotse.cases.v1";
    const PROCESS: &'static [&'static str] = &[
        "EpisodeProcessService",
        "WatchProcessService",
        "PolicyProcessService",
        "CaseAccessService",
        "StaffDirectoryService",
    ];
    const EXEMPT: &'static [Exempt] = EXEMPT;

    fn service(&self) -> &Service {
        &self.service
    }

    async fn right(&self, rpc: &str) -> Right {
        if let Some(write) = Write::of(rpc) {
            return write.right(self, &self.story(write.fits).await.place);
        }
        if let Some(right) = self.of_the_jobcenter(rpc).or(self.of_the_policies(rpc).await) {
            return right;
        }
        match self.of_the_process(rpc).await.or(self.of_the_watch(rpc).await) {
            Some(right) => right,
            None => self.of_a_case(rpc).await.expect(rpc),
        }
    }

    async fn misfit(&self, rpc: &str) -> Option<Misfit> {
        if rpc == "EpisodeProcessService.TakeDutyStep" {
            let early = self.story(Stage::Delivery).await.steps().await.1;
            return Some(Misfit::Idle(self.sibling(), early.encode_to_vec()));
        }
        if let Some(misfit) = self.misfit_of_the_watch(rpc).await {
            return Some(misfit);
        }
        if rpc.starts_with("PolicyService.") || rpc.starts_with("PolicyProcessService.") {
            return self.misfit_of_the_policies(rpc).await;
        }
        let write = Write::of(rpc).expect(rpc);
        let client = write.client(self);
        Some(match write.wrong {
            Wrong::Never => return None,
            Wrong::At(stage, reason) => {
                let message = (write.request)(&self.story(stage).await.place);
                Misfit::Refused(client, message, Code::FailedPrecondition, reason)
            }
            Wrong::Twice(reason) => {
                let mut story = self.story(write.fits).await;
                let rpc = wire::rpc(Self::PACKAGE, rpc);
                wire::call(client.clone(), &rpc, (write.request)(&story.place)).await.expect("the first time");
                story.renew();
                Misfit::Refused(client, (write.request)(&story.place), Code::AlreadyExists, reason)
            }
        })
    }
}

lotse_devstack::contract_tests!(House, House::open());

#[tokio::test]
async fn listed_is_allowed() {
    let house = House::open().await;
    house.story(Stage::Delivery).await;
    house.story(Stage::Proposed).await;
    house.story(Stage::Registered).await;
    house.story(Stage::Waitlisted).await;
    let mut commissioned = house.story(Stage::Delivery).await;
    commissioned.act("anna", "CommissionSpecialised", write::commission_clara).await.expect("a commission of Clara");
    let mut elsewhere = house.case("elsewhere");
    elsewhere.case.get_or_insert_default().team = "u25".into();
    house.bernd().register_case(elsewhere).await.expect("a case of another team");
    let names = async |query: &'static str| -> Vec<String> {
        sqlx::query_scalar(query).fetch_all(house.service.owner()).await.expect("names")
    };
    let cases = names("SELECT 'jobcenters/' || jobcenter_id || '/cases/' || case_id FROM cases").await;
    let episodes = names(
        "SELECT 'jobcenters/' || jobcenter_id || '/cases/' || case_id || '/episodes/' || episode_id FROM episodes",
    );
    let waiting = names(
        r"
        SELECT 'jobcenters/' || jobcenter_id || '/cases/' || case_id || '/episodes/' || episode_id
        FROM episodes
        WHERE phase = 'WAITLISTED'
        ",
    );
    let duties = names(
        r"
        SELECT 'jobcenters/' || d.jobcenter_id || '/cases/' || d.case_id || coalesce('/episodes/' || d.episode_id, '') || '/duties/'
               || d.duty_id
        FROM duties d
        ",
    );
    let events = names(
        "SELECT 'jobcenters/' || jobcenter_id || '/cases/' || case_id || '/events/' || event_id FROM case_events",
    );
    let staff = names("SELECT 'jobcenters/' || jobcenter_id || '/staff/' || staff_member_id FROM staff_members");
    let policies = names("SELECT 'jobcenters/musterstadt/policies/' || policy_id FROM policies");
    let states = (DutyState::Scheduled as i32..=DutyState::Void as i32).collect();
    let all_states = contract::ListDutiesRequest { states, ..Default::default() };
    let jobcenter = || vec![format!("jobcenters/{HOME}")];
    let listings = [
        Listing::new("StaffService.ListStaffMembers", "StaffService.GetStaffMember", jobcenter(), staff.await),
        Listing::new("PolicyService.ListPolicies", "PolicyService.GetPolicy", jobcenter(), policies.await),
        Listing::new("CaseService.ListCases", "CaseService.GetCase", jobcenter(), cases.clone()),
        // Every person of these stories has the same name.
        Listing {
            filter: contract::SearchCasesRequest { query: "mustermann".into(), ..Default::default() }.encode_to_vec(),
            ..Listing::new("CaseService.SearchCases", "CaseService.GetCase", jobcenter(), cases.clone())
        },
        Listing {
            segments: 4,
            ..Listing::new("CaseService.ListCaseEvents", "CaseService.GetCase", cases.clone(), events.await)
        },
        Listing::new("EpisodeService.ListEpisodes", "EpisodeService.GetEpisode", cases, episodes.await),
        Listing::new("EpisodeService.ListWaitingEpisodes", "EpisodeService.GetEpisode", jobcenter(), waiting.await),
        Listing {
            filter: all_states.encode_to_vec(),
            ..Listing::new("DutyService.ListDuties", "DutyService.GetDuty", jobcenter(), duties.await)
        },
    ];
    lists::listed_is_allowed(&house, &["anna", "bernd", "clara", "doris", "emil", "nobody"], &listings).await;
}
