//! One case on its way through an episode, told by the acts of people and the steps of time.

use jiff::civil::{Date, Time};
use lotse_devstack::{contract::wire, service::Client};
use lotse_kernel::{
    dates::{add_days, berlin_instant},
    workflow::WorkflowId,
};
use lotse_platform::channel::acting_for;
use lotse_proto::{
    cases::{self as contract, episode_process_service_client::EpisodeProcessServiceClient as Process},
    common::{DutyKind, DutyStep, Timetable, TimetableEntry},
};
use prost::Message;
use prost_types::Timestamp;
use tonic::{Request, Status};

use crate::{
    house::{House, request_id},
    requests::{self as write, Place},
};

/// How far a story has come. The order is that of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Registered,
    Proposed,
    InDiscussion,
    Voted,
    Admitted,
    Talked,
    Assessment,
    Planning,
    Delivery,
    ReviewOpen,
    LimitOpen,
    ExtensionProposed,
    Closing,
    Aftercare,
    Closed,
    /// Beside the way: Frida, who works a hundredth of a post, has no place.
    Waitlisted,
    /// Beside the way: admitted to accompanying care with one planned date.
    Accompanying,
    /// The same, when that date was held.
    DatesUsedUp,
    /// Beside the way: in delivery, a switch to accompanying care waits for the placement officer.
    SwitchProposed,
    /// Beside the way: in delivery, a third party is commissioned.
    CommissionRuns,
    /// Beside the way: in delivery, a job was proposed.
    JobProposed,
    /// Beyond the way: closed, and to be opened again.
    ReopeningProposed,
    /// Beside the way: in aftercare, a crisis that the placement officer has heard of waits for contact.
    CrisisKnown,
    /// Beside the way: in delivery, the day of the first review has passed.
    ReviewOverdue,
}

type Builder = fn(&Place) -> Vec<u8>;

/// The acts that lead to each stage.
const WAY: &[(Stage, &str, &str, Builder)] = &[
    (Stage::Proposed, "bernd", "ProposeEpisode", write::propose_episode),
    (Stage::InDiscussion, "bernd", "ScheduleDiscussion", write::schedule_discussion),
    (Stage::Voted, "anna", "CastVote", write::cast_vote),
    (Stage::Voted, "bernd", "CastVote", write::cast_vote),
    (Stage::Admitted, "anna", "DecideAdmission", write::admit),
    (Stage::Talked, "anna", "RecordFirstTalk", write::record_first_talk),
    (Stage::Assessment, "anna", "AgreeAlliance", write::agree_alliance),
    (Stage::Planning, "anna", "CompleteAssessment", write::complete_assessment),
    (Stage::Delivery, "anna", "ActivatePlan", write::activate_plan),
    (Stage::ExtensionProposed, "anna", "ProposeExtension", write::propose_extension),
    (Stage::Closing, "anna", "EndEpisode", write::end_episode),
    (Stage::Aftercare, "bernd", "AcceptHandover", write::accept_handover),
    (Stage::Closed, "anna", "CompleteAftercare", write::complete_aftercare),
];

/// What time has to open before the stages that wait for it.
const OPENINGS: [(Stage, DutyKind); 2] =
    [(Stage::ReviewOpen, DutyKind::ContinuationReview), (Stage::LimitOpen, DutyKind::RegularMaximum)];

/// A case and where it stands.
pub struct Story<'a> {
    pub house: &'a House,
    pub place: Place,
    calls: u32,
}

/// A step that time took.
#[derive(Debug)]
pub struct Taken {
    pub on: Date,
    pub step: DutyStep,
    pub entry: TimetableEntry,
    pub answer: contract::TakeDutyStepResponse,
}

/// The instant of nine o'clock of a day.
pub fn instant(day: Date) -> Timestamp {
    let instant = berlin_instant(day, Time::constant(9, 0, 0, 0));
    Timestamp { seconds: instant.as_second(), nanos: 0 }
}

/// A civil date of the contract.
pub fn civil(day: Option<lotse_proto::Date>) -> Date {
    lotse_platform::fields::civil(&day.expect("a date")).expect("a day that is")
}

impl<'a> Story<'a> {
    /// Registers the case. Business time never goes back, so a story begins where the one before left the clock.
    pub async fn begin(house: &'a House, number: &str) -> Self {
        let case = house.bernd().register_case(house.case(number)).await.expect("a case").into_inner();
        let place = Place {
            number: number.to_owned(),
            case: case.name,
            episode: String::new(),
            etag: String::new(),
            request_id: request_id(&format!("{number}/0")),
            anna: house.anna.name.clone(),
            bernd: house.bernd.name.clone(),
            clara: house.clara.name.clone(),
            today: house.today(),
        };
        Self { house, place, calls: 0 }
    }

    /// A case that has come as far as `stage`.
    pub async fn at(house: &'a House, number: &str, stage: Stage) -> Self {
        let mut story = Self::begin(house, number).await;
        match stage {
            Stage::Waitlisted => {
                story.wait_for_a_place().await;
                return story;
            }
            Stage::Accompanying | Stage::DatesUsedUp => {
                story.go(Stage::Voted).await;
                story.act("anna", "DecideAdmission", write::admit_accompanying).await.expect("accompanying care");
                story.act("anna", "RecordFirstTalk", write::record_first_talk).await.expect("a first talk");
                if stage == Stage::DatesUsedUp {
                    let rpc = "RecordAccompanyingDate";
                    story.act("anna", rpc, write::record_accompanying_date).await.expect("a date");
                }
                return story;
            }
            Stage::SwitchProposed => {
                story.go(Stage::Delivery).await;
                story.act("anna", "ProposeVariantSwitch", write::propose_variant_switch).await.expect("a switch");
                return story;
            }
            Stage::CommissionRuns => {
                story.go(Stage::Delivery).await;
                let rpc = "CommissionSpecialised";
                story.act("anna", rpc, write::commission_third_party).await.expect("a commission");
                return story;
            }
            Stage::JobProposed => {
                story.go(Stage::Delivery).await;
                let rpc = "RecordPlacementProposal";
                story.act("anna", rpc, write::record_placement_proposal).await.expect("a proposal");
                return story;
            }
            Stage::ReopeningProposed => {
                story.go(Stage::Closed).await;
                story.act("anna", "ProposeReopening", write::propose_reopening).await.expect("a reopening");
                return story;
            }
            Stage::CrisisKnown => {
                story.go(Stage::Aftercare).await;
                story.act("bernd", "RecordCrisis", write::record_crisis).await.expect("a crisis");
                return story;
            }
            Stage::ReviewOverdue => {
                story.go(Stage::ReviewOpen).await;
                let due = story.timetable().await.due;
                let review = due.iter().find(|entry| entry.kind() == DutyKind::ContinuationReview);
                let last = civil(review.expect("a review").overdue_after_date);
                story.wait_for(add_days(last, 1)).await;
                return story;
            }
            _ => {}
        }
        story.go(stage).await;
        story
    }

    /// Goes as far as a stage of the way.
    async fn go(&mut self, stage: Stage) {
        for (next, by, rpc, request) in WAY.iter().filter(|(next, ..)| *next <= stage) {
            if *next == Stage::ExtensionProposed {
                self.wait_for_openings(*next).await;
            }
            self.act(by, rpc, *request).await.expect(rpc);
        }
        if stage < Stage::Closing {
            self.wait_for_openings(stage).await;
        }
    }

    /// Goes as far as the waiting list of Frida.
    async fn wait_for_a_place(&mut self) {
        self.place.anna = self.house.without_a_place().await;
        for (by, rpc, request) in [
            ("bernd", "ProposeEpisode", write::propose_episode as Builder),
            ("bernd", "ScheduleDiscussion", write::schedule_discussion),
            ("frida", "CastVote", write::cast_vote),
            ("bernd", "CastVote", write::cast_vote),
            ("frida", "DecideAdmission", write::admit),
        ] {
            self.act(by, rpc, request).await.expect(rpc);
        }
    }

    /// Lets the days come on which the duties of the stages up to this one open.
    async fn wait_for_openings(&mut self, stage: Stage) {
        for (_, kind) in OPENINGS.iter().filter(|(opening, _)| *opening <= stage) {
            let due = self.timetable().await.due;
            let opens = due.iter().find(|entry| entry.kind() == *kind).map(|entry| civil(entry.opens_date));
            if let Some(opens_on) = opens {
                self.wait_for(opens_on).await;
            }
        }
    }

    /// Lets the clock go on to a day, if it has not come yet.
    pub async fn wait_for(&mut self, day: Date) {
        if day > self.place.today {
            self.house.move_to(day).await;
            self.place.today = day;
        }
    }

    /// Performs an act of `EpisodeService`.
    pub async fn act(&mut self, by: &str, rpc: &str, request: Builder) -> Result<contract::Episode, Status> {
        self.act_as(self.house.who(by), rpc, request).await
    }

    /// Performs an act with a client of one's own.
    pub async fn act_as(&mut self, client: Client, rpc: &str, request: Builder) -> Result<contract::Episode, Status> {
        self.renew();
        let rpc = wire::rpc("lotse.cases.v1", &format!("EpisodeService.{rpc}"));
        let answer = wire::call(client, &rpc, request(&self.place)).await?;
        let episode = contract::Episode::decode(answer.as_slice()).expect("an episode");
        self.place.episode.clone_from(&episode.name);
        self.place.etag.clone_from(&episode.etag);
        Ok(episode)
    }

    /// Another request id.
    pub fn renew(&mut self) {
        self.calls += 1;
        self.place.request_id = request_id(&format!("{}/{}", self.place.number, self.calls));
    }

    /// The process API, as a worker calls it.
    pub fn process(&self) -> Process<Client> {
        Process::new(self.house.sibling())
    }

    /// A message as the episode's workflow sends it.
    pub fn signed<T>(&self, message: T) -> Request<T> {
        self.signed_by(message, 1)
    }

    /// A message as a generation of the episode's workflow sends it.
    pub fn signed_by<T>(&self, message: T, generation: i32) -> Request<T> {
        let name = self.place.episode.parse().expect("an episode name");
        acting_for(Request::new(message), &WorkflowId::episode(&name, generation).to_string()).expect("a workflow id")
    }

    /// What the workflow waits for, as of today.
    pub async fn timetable(&self) -> Timetable {
        let name = self.place.episode.clone();
        let asked = contract::GetTimetableRequest { name, business_time: Some(instant(self.place.today)) };
        self.process().get_timetable(self.signed(asked)).await.expect("a timetable").into_inner()
    }

    /// Asks for a step on a duty, with today's time.
    pub fn step(&self, entry: &TimetableEntry) -> contract::TakeDutyStepRequest {
        let words = format!("{}/{}/{}", entry.duty, entry.next_step, entry.next_step_round);
        contract::TakeDutyStepRequest {
            name: entry.duty.clone(),
            step: entry.next_step,
            round: entry.next_step_round,
            business_time: Some(instant(self.place.today)),
            request_id: request_id(&words),
        }
    }

    /// The step of time that comes first, on its day, and the same a day too early.
    pub async fn steps(&self) -> (contract::TakeDutyStepRequest, contract::TakeDutyStepRequest) {
        let entry = self.timetable().await.due.remove(0);
        let on = civil(entry.next_step_date);
        let at = |day| contract::TakeDutyStepRequest { business_time: Some(instant(day)), ..self.step(&entry) };
        (at(on), at(on.yesterday().expect("a day before")))
    }

    /// Takes every step of time up to and including a day, as the workflow does, each on its day and each twice.
    pub async fn let_time_pass(&mut self, until: Date) -> Vec<Taken> {
        let mut taken = Vec::new();
        loop {
            let due = self.timetable().await.due;
            let next = due.into_iter().filter(|entry| entry.next_step_date.is_some());
            let Some(entry) = next.min_by_key(|entry| (civil(entry.next_step_date), entry.duty.clone())) else { break };
            let on = civil(entry.next_step_date);
            if on > until {
                break;
            }
            self.wait_for(on).await;
            let request = self.step(&entry);
            let mut process = self.process();
            let answer = process.take_duty_step(self.signed(request.clone())).await.expect("a step").into_inner();
            let again = process.take_duty_step(self.signed(request)).await.expect("the step again").into_inner();
            assert!(answer.taken, "an offered step was not taken: {entry:?}");
            assert_eq!((&answer.audiences, answer.letter_wanted), (&again.audiences, again.letter_wanted));
            taken.push(Taken { on, step: entry.next_step(), entry, answer });
        }
        self.wait_for(until).await;
        // Steps change the episode: who acts next has to read it.
        self.place.etag = self.read().await.etag;
        taken
    }

    /// The watch over the person, as the placement officer reads it.
    pub async fn watch(&self) -> contract::Watch {
        let request = contract::GetWatchRequest { name: self.place.case.clone() };
        self.house.watches("bernd").get_watch(request).await.expect("the watch").into_inner()
    }

    /// The episode as its case manager reads it.
    pub async fn read(&self) -> contract::Episode {
        let request = contract::GetEpisodeRequest { name: self.place.episode.clone() };
        self.house.episodes("bernd").get_episode(request).await.expect("the episode").into_inner()
    }
}
