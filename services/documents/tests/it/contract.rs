//! What the service owes its contract: for each RPC a request that is right, who may send it, and when it comes at the wrong time.

use lotse_devstack::contract::lists::Listing;
use lotse_devstack::contract::{ABROAD, Exempt, Ground, Misfit, Promise, Right, Told, exempt, lists};
use lotse_devstack::service::{Client, Service};
use lotse_proto::documents::*;
use prost::Message;
use tonic::Code;

use crate::support::*;

impl World {
    fn manager(&self) -> Client {
        self.client("anna", &["case-manager"])
    }

    fn post_room(&self) -> Client {
        self.client("post", &["post-room"])
    }

    async fn rendered(&self) -> Letter {
        let letter = self.requested().await;
        self.worker().render_letter(render(&letter.name)).await.unwrap();
        self.get(&letter.name).await
    }

    /// The letters of a case.
    async fn of_a_case(&self, rpc: &str) -> Option<Right> {
        let anna = self.manager();
        let right = match rpc {
            "RequestLetter" => {
                let request = invitation();
                let other = RequestLetterRequest { message: "anders".to_owned(), ..request.clone() };
                Right::new(anna, &request).or(&other).not_by("the post room", self.post_room(), Told::Forbidden)
            }
            "GetLetter" => Right::new(anna, &GetLetterRequest { name: self.requested().await.name }),
            "ListLetters" => Right::new(anna, &ListLettersRequest { parent: CASE.to_owned(), ..Default::default() }),
            "DownloadLetter" => Right::new(anna, &DownloadLetterRequest { name: self.rendered().await.name }).not_by(
                "the post room",
                self.post_room(),
                Told::Forbidden,
            ),
            "ConfirmPosting" => {
                let lead = self.client("clara", &["team-lead"]);
                Right::new(anna, &confirm(&self.ready().await)).not_by("the team's lead", lead, Told::Forbidden)
            }
            _ => return None,
        };
        let stranger = self.client("other", &["case-manager"]);
        let abroad = self.service.person("anna", Some(ABROAD), &["case-manager", "post-room"]).unwrap();
        Some(
            right
                .not_by("the case manager of another team", stranger, Told::Nothing)
                .not_by("somebody without a staff record", self.client("nobody", &["team-lead"]), Told::Nothing)
                .not_by("somebody from abroad", abroad, Told::Nothing),
        )
    }

    /// The steps of a delivery.
    async fn of_the_procedure(&self, rpc: &str) -> Option<Right> {
        let machine = self.machine();
        Some(match rpc {
            "EnsureLetter" => {
                let request = ensure();
                let other = EnsureLetterRequest { request_id: request.request_id.clone(), ..ensure() };
                Right::new(machine, &request).or(&other)
            }
            "RenderLetter" => {
                let request = render(&self.requested().await.name);
                let other = RenderLetterRequest { name: self.requested().await.name, ..request.clone() };
                Right::new(machine, &request).or(&other)
            }
            "OfferForPosting" => {
                let request = offer(&self.rendered().await.name);
                let other = OfferForPostingRequest { name: self.rendered().await.name, ..request.clone() };
                Right::new(machine, &request).or(&other)
            }
            "RemindPosting" => {
                let request = remind(&self.ready().await, "2026-08-17T07:00:00Z");
                Right::new(machine, &request).or(&RemindPostingRequest { round: 2, ..request.clone() })
            }
            "GetLetterTimetable" => {
                let name = self.requested().await.name;
                Right::new(machine, &GetLetterTimetableRequest { name, business_time: at(TODAY) })
            }
            "RouseLetters" => {
                let after = self.ready().await.name;
                let request = rouse("");
                Right::new(machine, &request).or(&RouseLettersRequest { after, ..request.clone() })
            }
            "PreviewLetters" => Right::new(machine, &preview(1, jiff::civil::date(2026, 8, 11))),
            _ => return None,
        })
    }
}

fn confirm(letter: &Letter) -> ConfirmPostingRequest {
    ConfirmPostingRequest {
        name: letter.name.clone(),
        etag: letter.etag.clone(),
        posted_date: day(jiff::civil::date(2026, 8, 10)),
        request_id: fresh(),
    }
}

/// A letter that a procedure wants about a duty nobody wrote about yet.
fn ensure() -> EnsureLetterRequest {
    EnsureLetterRequest {
        parent: CASE.to_owned(),
        kind: LetterKind::ReviewInvitation.into(),
        cause: format!("{EPISODE}/duties/{}", fresh()),
        business_time: at(TODAY),
        request_id: fresh(),
        issue: 0,
    }
}

fn remind(letter: &Letter, business_time: &str) -> RemindPostingRequest {
    RemindPostingRequest { name: letter.name.clone(), round: 1, business_time: at(business_time), request_id: fresh() }
}

/// What a procedure asks for names the letter and its round, which stand for the state it was seen in.
const PROCEDURE: &str = "a procedure asks again until it is done, whatever came between";

/// The case and the cause of a letter have to fit together.
const MISFIT: &str = "a cause below another case is told before either is looked for";

/// A template is the whole cell's.
const TEMPLATE: &str = "templates belong to the whole cell";

#[rustfmt::skip]
const EXEMPT: &[Exempt] = &[
    exempt(Promise::Etag, "LetterService.RequestLetter", "it makes what will have the first etag"),
    exempt(Promise::Etag, "LetterProcessService.EnsureLetter", "it makes what will have the first etag"),
    exempt(Promise::Etag, "LetterProcessService.RenderLetter", PROCEDURE),
    exempt(Promise::Etag, "LetterProcessService.OfferForPosting", PROCEDURE),
    exempt(Promise::Etag, "LetterProcessService.RemindPosting", PROCEDURE),
    exempt(Promise::Etag, "LetterProcessService.RouseLetters", "it wakes whoever waits, whatever became of them"),
    exempt(Promise::Abroad, "LetterProcessService.PreviewLetters", "the version that is asked about is of one jobcenter, so that the citation is at fault"),
    exempt(Promise::Abroad, "LetterProcessService.RouseLetters", "nobody waits in a jobcenter that is not there, and nothing is written"),
    exempt(Promise::WrongTime, "LetterProcessService.RouseLetters", "whoever is awake only looks again"),
    exempt(Promise::SameAnswer, "LetterProcessService.RenderLetter", "the repetition says that the letter was rendered before"),
    exempt(Promise::WrongTime, "LetterProcessService.EnsureLetter", "what a procedure wants is there afterwards, whether it was before or not"),
    exempt(Promise::Fence, "TemplateService.ListTemplates", TEMPLATE),
    exempt(Promise::Fence, "TemplateService.GetTemplate", TEMPLATE),
    exempt(Promise::Abroad, "TemplateService.ListTemplates", TEMPLATE),
    exempt(Promise::Abroad, "TemplateService.GetTemplate", TEMPLATE),
    exempt(Promise::Abroad, "LetterProcessService.EnsureLetter", MISFIT),
    exempt(Promise::NotThere, "LetterProcessService.EnsureLetter", MISFIT),
    exempt(Promise::NotThere, "TemplateService.ListTemplates", "it names no thing that could be missing"),
    exempt(Promise::NotThere, "TemplateService.GetTemplate", "a template has a code and a version, no id"),
];

impl Ground for World {
    const PACKAGE: &'static str = "lotse.documents.v1";
    const PROCESS: &'static [&'static str] = &["LetterProcessService"];
    const EXEMPT: &'static [Exempt] = EXEMPT;

    fn service(&self) -> &Service {
        &self.service
    }

    async fn right(&self, rpc: &str) -> Right {
        let right = match rpc.split_once('.') {
            Some(("LetterService", rpc)) => self.of_a_case(rpc).await,
            Some(("LetterProcessService", rpc)) => self.of_the_procedure(rpc).await,
            Some(("TemplateService", "ListTemplates")) => {
                Some(Right::new(self.manager(), &ListTemplatesRequest::default()))
            }
            Some(("TemplateService", "GetTemplate")) => {
                let name = "templates/closing/versions/1".to_owned();
                Some(Right::new(self.manager(), &GetTemplateRequest { name }))
            }
            _ => None,
        };
        right.expect(rpc)
    }

    async fn misfit(&self, rpc: &str) -> Option<Misfit> {
        let (_, name) = rpc.split_once('.').unwrap();
        Some(match name {
            "RequestLetter" => {
                let request =
                    RequestLetterRequest { parent: IDLE_CASE.to_owned(), cause: String::new(), ..invitation() };
                let message = request.encode_to_vec();
                Misfit::Refused(self.manager(), message, Code::FailedPrecondition, "EPISODE_MISSING")
            }
            "ConfirmPosting" => {
                let message = confirm(&self.requested().await).encode_to_vec();
                Misfit::Refused(self.manager(), message, Code::FailedPrecondition, "WRONG_STATE")
            }
            "EnsureLetter" | "RouseLetters" => return None,
            "RenderLetter" => Misfit::Idle(self.machine(), render(&self.rendered().await.name).encode_to_vec()),
            "OfferForPosting" => Misfit::Idle(self.machine(), offer(&self.requested().await.name).encode_to_vec()),
            "RemindPosting" => Misfit::Idle(self.machine(), remind(&self.ready().await, TODAY).encode_to_vec()),
            _ => unreachable!("no wrong time of {rpc} is known"),
        })
    }
}

lotse_devstack::contract_tests!(World, World::start());

#[tokio::test]
async fn listed_is_allowed() {
    let world = World::start().await;
    let mut letters = Vec::new();
    for _ in 0..3 {
        letters.push(world.requested().await.name);
    }
    for _ in 0..2 {
        let cause = format!("{OTHER_CASE}/episodes/{}", fresh());
        let request = RequestLetterRequest {
            parent: OTHER_CASE.to_owned(),
            kind: LetterKind::Closing.into(),
            cause,
            appointment: None,
            ..invitation()
        };
        let made = world.person("other", &["case-manager"]).request_letter(request).await.unwrap();
        letters.push(made.into_inner().name);
    }
    let names: Vec<String> =
        sqlx::query_scalar("SELECT 'templates/' || code || '/versions/' || version FROM templates")
            .fetch_all(world.service.owner())
            .await
            .unwrap();
    let listings = [
        Listing::new(
            "LetterService.ListLetters",
            "LetterService.GetLetter",
            vec![CASE.to_owned(), OTHER_CASE.to_owned()],
            letters,
        ),
        Listing::new("TemplateService.ListTemplates", "TemplateService.GetTemplate", vec![String::new()], names),
    ];
    let people = ["anna", "bernd", "clara", "post", "other", "nobody"];
    lists::listed_is_allowed(&world, &people, &listings).await;
}
