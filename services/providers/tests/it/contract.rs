//! What the service owes its contract: for each RPC a request that is right, who may send it, and when it comes at the wrong time.

use jiff::civil::{Date, date};
use lotse_devstack::{
    contract::{ABROAD, Exempt, Ground, Misfit, Promise, Right, Told, exempt, lists},
    service::{Client, Service},
};
use lotse_proto::{
    common::{DutyKind, DutyStep},
    providers::*,
};
use tonic::Code;

use crate::{
    house::{
        CASE, CLARAS_CASE, House, IDLE_CASE, accept, break_off, complete, create, fresh, offer, provider, report,
        revoke, send, start,
    },
    preview::{answers, asked},
    process::at,
};

const JOBCENTER: &str = "jobcenters/musterstadt";

impl House {
    fn coordinator(&self) -> Client {
        self.client("paula", "provider-coordinator")
    }

    fn manager(&self) -> Client {
        self.client("anna", "case-manager")
    }

    fn machine(&self) -> Client {
        self.service.sibling("worker").expect("a token")
    }

    fn abroad(&self) -> Client {
        self.service.person("anna", Some(ABROAD), &["case-manager", "provider-coordinator"]).expect("a token")
    }

    async fn a_provider(&self) -> Provider {
        self.paula().register_provider(provider(&fresh())).await.expect("a provider").into_inner()
    }

    async fn an_offer(&self, of: &Provider) -> Offer {
        let request = RegisterOfferRequest { request_id: fresh(), ..offer(&of.name) };
        self.paula().register_offer(request).await.expect("an offer").into_inner()
    }

    /// A referral of a case that has come as far as a state of its way.
    async fn referral(&self, case: &str, state: ReferralState) -> Referral {
        let offer = self.an_offer(&self.a_provider().await).await;
        let mut anna = self.referrals(if case == CASE { "anna" } else { "clara" }, "case-manager");
        let request = CreateReferralRequest { request_id: fresh(), ..create(case, &offer.name) };
        let mut referral = anna.create_referral(request).await.expect("a draft").into_inner();
        if state >= ReferralState::Sent {
            let request = SendReferralRequest { request_id: fresh(), ..send(&referral) };
            referral = anna.send_referral(request).await.expect("sent").into_inner();
        }
        if state >= ReferralState::Accepted {
            let request = RecordAnswerRequest { request_id: fresh(), ..accept(&referral) };
            referral = anna.record_answer(request).await.expect("accepted").into_inner();
        }
        if state >= ReferralState::Running {
            let request = StartReferralRequest { request_id: fresh(), ..start(&referral) };
            referral = anna.start_referral(request).await.expect("running").into_inner();
        }
        referral
    }

    /// The register: all staff of the jobcenter reads it, the coordinator keeps it.
    async fn of_the_register(&self, rpc: &str) -> Option<Right> {
        let (paula, made) = (self.coordinator(), self.a_provider().await);
        let read = |message: &dyn Fn() -> Vec<u8>| Right { message: message(), ..Right::new(paula.clone(), &()) };
        let right = match rpc {
            "RegisterProvider" => {
                let request = provider(&fresh());
                let mut other = request.clone();
                other.provider.get_or_insert_default().phone = "0211 1".into();
                Right::new(paula, &request).or(&other).not_by("Anna", self.manager(), Told::Forbidden)
            }
            "RegisterOffer" => {
                let request = RegisterOfferRequest { request_id: fresh(), ..offer(&made.name) };
                let mut other = request.clone();
                other.offer.get_or_insert_default().places = 11;
                Right::new(paula, &request).or(&other).not_by("Anna", self.manager(), Told::Forbidden)
            }
            "GetProvider" => read(&|| encoded(&GetProviderRequest { name: made.name.clone() })),
            "ListProviders" => {
                read(&|| encoded(&ListProvidersRequest { parent: JOBCENTER.into(), ..Default::default() }))
            }
            "GetOffer" => {
                let name = self.an_offer(&made).await.name;
                read(&|| encoded(&GetOfferRequest { name: name.clone() }))
            }
            "ListOffers" => read(&|| encoded(&ListOffersRequest { parent: made.name.clone(), ..Default::default() })),
            _ => return None,
        };
        Some(right.not_by("somebody from abroad", self.abroad(), Told::Nothing))
    }

    /// A verb of a referral at this state.
    async fn verb(&self, rpc: &str, state: ReferralState) -> Option<Vec<u8>> {
        let referral = self.referral(CASE, state).await;
        let request_id = fresh();
        Some(match rpc {
            "SendReferral" => encoded(&SendReferralRequest { request_id, ..send(&referral) }),
            "RecordAnswer" => encoded(&RecordAnswerRequest { request_id, ..accept(&referral) }),
            "StartReferral" => encoded(&StartReferralRequest { request_id, ..start(&referral) }),
            "RecordReport" => encoded(&RecordReportRequest { request_id, ..report(&referral) }),
            "CompleteReferral" => encoded(&CompleteReferralRequest { request_id, ..complete(&referral) }),
            "BreakOffReferral" => encoded(&BreakOffReferralRequest { request_id, ..break_off(&referral) }),
            "RevokeReferral" => encoded(&RevokeReferralRequest { request_id, ..revoke(&referral) }),
            _ => return None,
        })
    }

    /// The referrals of a case.
    async fn of_a_case(&self, rpc: &str) -> Option<Right> {
        let anna = self.manager();
        let lead = ("the team's lead", self.client("doris", "team-lead"), Told::Forbidden);
        let right = match rpc {
            "CreateReferral" => {
                let offer = self.an_offer(&self.a_provider().await).await;
                let request = CreateReferralRequest { request_id: fresh(), ..create(CASE, &offer.name) };
                let mut other = request.clone();
                other.referral.get_or_insert_default().report_interval_months = 1;
                Right::new(anna, &request).or(&other).not_by(lead.0, lead.1, lead.2)
            }
            "GetReferral" => {
                let name = self.referral(CASE, ReferralState::Draft).await.name;
                Right::new(anna, &GetReferralRequest { name })
            }
            "ListReferrals" => Right::new(anna, &ListReferralsRequest { parent: CASE.into(), ..Default::default() }),
            verb => {
                let message = self.verb(verb, fits(verb)).await?;
                Right { message, ..Right::new(anna, &()) }.not_by(lead.0, lead.1, lead.2)
            }
        };
        let stranger = self.client("clara", "case-manager");
        Some(
            right
                .not_by("the case manager of another team", stranger, Told::Nothing)
                .not_by("the coordinator", self.coordinator(), Told::Nothing)
                .not_by("somebody from abroad", self.abroad(), Told::Nothing),
        )
    }

    /// The step of a referral whose answer is overdue on 17 March.
    async fn step(&self, on: Date) -> (TakeDutyStepRequest, TakeDutyStepRequest) {
        let request = TakeDutyStepRequest {
            name: self.referral(CASE, ReferralState::Sent).await.name,
            kind: DutyKind::ProviderAnswer.into(),
            reports: 0,
            step: DutyStep::Escalate.into(),
            round: 1,
            business_time: Some(at(on)),
            request_id: fresh(),
        };
        (request.clone(), TakeDutyStepRequest { round: 2, ..request })
    }
}

fn encoded(message: &impl prost::Message) -> Vec<u8> {
    message.encode_to_vec()
}

/// The state in which a verb fits, with the one in which it does not.
fn states(verb: &str) -> (ReferralState, ReferralState) {
    use ReferralState::{Accepted, Draft, Running, Sent};
    match verb {
        "SendReferral" => (Draft, Sent),
        "RecordAnswer" => (Sent, Accepted),
        "StartReferral" => (Accepted, Running),
        "RecordReport" | "CompleteReferral" | "BreakOffReferral" => (Running, Accepted),
        _ => (Sent, Running),
    }
}

fn fits(verb: &str) -> ReferralState {
    states(verb).0
}

/// What makes something has nothing before it that could be stale.
const MAKES: &str = "it makes what will have the first etag";

#[rustfmt::skip]
const EXEMPT: &[Exempt] = &[
    exempt(Promise::Etag, "ProviderService.RegisterProvider", MAKES),
    exempt(Promise::Etag, "ProviderService.RegisterOffer", MAKES),
    exempt(Promise::Etag, "ReferralService.CreateReferral", MAKES),
    exempt(Promise::Etag, "ReferralProcessService.TakeDutyStep", "a step names its duty and round, which stand for the state it was seen in"),
    exempt(Promise::Etag, "ReferralProcessService.RouseReferrals", "it wakes whoever waits, whatever became of them"),
    exempt(Promise::Abroad, "ReferralProcessService.PreviewReferrals", "the version that is asked about is of one jobcenter, so that the citation is at fault"),
    exempt(Promise::Abroad, "ReferralProcessService.RouseReferrals", "nobody waits in a jobcenter that is not there, and nothing is written"),
    exempt(Promise::WrongTime, "ReferralProcessService.RouseReferrals", "whoever is awake only looks again"),
    exempt(Promise::SameAnswer, "ReferralProcessService.TakeDutyStep", "the repetition says that the step was not taken this time"),
    exempt(Promise::WrongTime, "ProviderService.RegisterOffer", "a provider may have any number of offers, alike ones too"),
];

impl Ground for House {
    const PACKAGE: &'static str = "lotse.providers.v1";
    const PROCESS: &'static [&'static str] = &["ReferralProcessService"];
    const EXEMPT: &'static [Exempt] = EXEMPT;

    fn service(&self) -> &Service {
        &self.service
    }

    async fn right(&self, rpc: &str) -> Right {
        let right = match rpc.split_once('.') {
            Some(("ProviderService", rpc)) => self.of_the_register(rpc).await,
            Some(("ReferralService", rpc)) => self.of_a_case(rpc).await,
            Some(("ReferralProcessService", "GetTimetable")) => {
                let name = self.referral(CASE, ReferralState::Sent).await.name;
                let request = GetTimetableRequest { name, business_time: Some(at(date(2026, 3, 17))) };
                Some(Right::new(self.machine(), &request))
            }
            Some(("ReferralProcessService", "TakeDutyStep")) => {
                let (request, other) = self.step(date(2026, 3, 17)).await;
                Some(Right::new(self.machine(), &request).or(&other))
            }
            Some(("ReferralProcessService", "RouseReferrals")) => {
                let after = self.referral(CASE, ReferralState::Sent).await.name;
                let request = RouseReferralsRequest {
                    parent: JOBCENTER.into(),
                    after: String::new(),
                    business_time: Some(at(date(2026, 3, 17))),
                    request_id: fresh(),
                };
                Some(Right::new(self.machine(), &request).or(&RouseReferralsRequest { after, ..request.clone() }))
            }
            Some(("ReferralProcessService", "PreviewReferrals")) => {
                Some(Right::new(self.machine(), &asked(answers(5), "REFERRAL", date(2026, 3, 4))))
            }
            _ => None,
        };
        right.expect(rpc)
    }

    async fn misfit(&self, rpc: &str) -> Option<Misfit> {
        let (_, name) = rpc.split_once('.').expect("a service and its RPC");
        Some(match name {
            "RegisterProvider" => {
                let there = self.a_provider().await;
                let request = RegisterProviderRequest { request_id: fresh(), ..provider(&there.display_name) };
                Misfit::Refused(self.coordinator(), encoded(&request), Code::AlreadyExists, "PROVIDER_EXISTS")
            }
            "RegisterOffer" | "RouseReferrals" => return None,
            "CreateReferral" => {
                let offer = self.an_offer(&self.a_provider().await).await;
                let request = CreateReferralRequest { request_id: fresh(), ..create(IDLE_CASE, &offer.name) };
                let (code, reason) = (Code::FailedPrecondition, "EPISODE_NOT_ACTIVE");
                Misfit::Refused(self.manager(), encoded(&request), code, reason)
            }
            "TakeDutyStep" => Misfit::Idle(self.machine(), encoded(&self.step(date(2026, 3, 16)).await.0)),
            verb => {
                let message = self.verb(verb, states(verb).1).await.expect("a verb");
                Misfit::Refused(self.manager(), message, Code::FailedPrecondition, "WRONG_STATE")
            }
        })
    }
}

lotse_devstack::contract_tests!(House, House::open());

#[tokio::test]
async fn listed_is_allowed() {
    let house = House::open().await;
    let mut providers = Vec::new();
    let mut offers = Vec::new();
    for _ in 0..3 {
        let made = house.a_provider().await;
        offers.push(house.an_offer(&made).await.name);
        providers.push(made.name);
    }
    let mut referrals = Vec::new();
    for case in [CASE, CLARAS_CASE, CASE, CASE] {
        let referral = house.referral(case, ReferralState::Draft).await;
        let (provider, _) = referral.offer.split_once("/offers/").expect("an offer");
        providers.push(provider.to_owned());
        offers.push(referral.offer);
        referrals.push(referral.name);
    }
    let cases = vec![CASE.to_owned(), CLARAS_CASE.to_owned()];
    let listings = [
        lists::Listing::new(
            "ProviderService.ListProviders",
            "ProviderService.GetProvider",
            vec![JOBCENTER.to_owned()],
            providers.clone(),
        ),
        lists::Listing::new("ProviderService.ListOffers", "ProviderService.GetOffer", providers[..2].to_vec(), offers),
        lists::Listing::new("ReferralService.ListReferrals", "ReferralService.GetReferral", cases, referrals),
    ];
    let people = ["anna", "bernd", "clara", "doris", "nobody"];
    lists::listed_is_allowed(&house, &people, &listings).await;
}
