//! Faults late in a life: at the decision about the limit, in the extension, and in aftercare.

use jiff::civil::{Date, date};
use lotse::stack::apart::WORKER;

use crate::{
    at,
    door::{
        Trap,
        Victim::{Postgres, Role, Temporal},
        When::{During, Unheard},
    },
    stand::{Stand, undisturbed, whole},
};

/// The days of the demo from which on the later faults happen. Time moves to each with the faults in place, so they meet what
/// opens on the way there too.
const STAGES: [Date; 3] = [
    // The limit is open and decided: proposed by one, approved by another.
    date(2032, 12, 13),
    // In the extension the fifth review and the end of the extension open on one day; the episode is ended.
    date(2033, 8, 11),
    // The hand-over is accepted, half a year passes, aftercare is closed.
    date(2033, 9, 7),
];

/// Plays the whole demo with faults in its first half-year and with others at each later stage, and compares.
async fn disturbed_by(early: &[Trap], late: [&[Trap]; STAGES.len()]) {
    let journey = whole();
    let stand = Stand::up(&journey).await;
    for trap in early {
        stand.trap(*trap);
    }
    let mut stages = STAGES.into_iter().zip(late).peekable();
    let outcome = stand
        .watch(&journey, async |step, _| {
            if let Some((_, traps)) = stages.next_if(|(from, _)| *from <= step.on) {
                // A fault that waits for a later stage than its own would prove nothing about its own.
                stand.doors.check();
                for trap in traps {
                    stand.trap(*trap);
                }
            }
        })
        .await;
    assert!(stages.next().is_none(), "the demo ended before its last stage");
    outcome.must_be(&undisturbed().await.at_end);
}

/// The effect of a recorded activity stands and its report is lost with the worker: it is asked for again and stands once.
pub async fn a_worker_dies_between_a_step_and_its_report() {
    disturbed_by(
        &[
            at("EpisodeProcessService/TakeDutyStep", Unheard, Role(WORKER)),
            at("ReferralProcessService/TakeDutyStep", Unheard, Role(WORKER)),
        ],
        [
            &[at("EpisodeProcessService/TakeDutyStep", Unheard, Role(WORKER))],
            &[at("EpisodeProcessService/TakeDutyStep", Unheard, Role(WORKER))],
            &[at("EpisodeProcessService/TakeDutyStep", Unheard, Role(WORKER))],
        ],
    )
    .await;
}

/// Every service is ended at every later stage, also one that has nothing to do there: then the answer to somebody's act is lost with
/// it, and the act is repeated.
pub async fn services_die_late() {
    disturbed_by(
        &[],
        [
            &[
                at("EpisodeProcessService/TakeDutyStep", Unheard, Role("cases")),
                at("NoticeProcessService/CreateNotice", Unheard, Role("notifications")),
                at("EpisodeService/ProposeExtension", Unheard, Role("cases")),
                at("EpisodeService/AnswerExtension", Unheard, Role("documents")),
                at("EpisodeService/AnswerExtension", Unheard, Role("providers")),
            ],
            &[
                at("EpisodeProcessService/TakeDutyStep", During, Role("cases")),
                at("NoticeProcessService/CreateNotice", During, Role("notifications")),
                at("LetterProcessService/RenderLetter", Unheard, Role("documents")),
                at("LetterService/ConfirmPosting", During, Role("documents")),
                at("EpisodeService/EndEpisode", Unheard, Role("cases")),
                at("EpisodeService/EndEpisode", Unheard, Role("providers")),
            ],
            &[
                at("EpisodeService/AcceptHandover", Unheard, Role("cases")),
                at("EpisodeService/AcceptHandover", Unheard, Role("documents")),
                at("NoticeProcessService/CreateNotice", Unheard, Role("notifications")),
                at("EpisodeService/CompleteAftercare", During, Role("cases")),
                at("EpisodeService/CompleteAftercare", Unheard, Role("providers")),
            ],
        ],
    )
    .await;
}

/// The ground itself is ended: the database and the time, in the middle of commands and of the work of workflows.
pub async fn servers_die_at_work() {
    disturbed_by(
        &[
            at("EpisodeService/ProposeEpisode", Unheard, Temporal),
            at("EpisodeService/DecideAdmission", During, Postgres),
            at("ReferralService/SendReferral", During, Temporal),
            at("EpisodeProcessService/TakeDutyStep", Unheard, Temporal),
            at("LetterProcessService/RenderLetter", During, Postgres),
            at("NoticeProcessService/CreateNotice", Unheard, Postgres),
            at("EpisodeService/DecideReview", During, Role(WORKER)),
        ],
        [
            &[
                at("EpisodeProcessService/TakeDutyStep", Unheard, Temporal),
                at("EpisodeService/AnswerExtension", Unheard, Postgres),
            ],
            &[
                at("LetterProcessService/RenderLetter", During, Postgres),
                at("EpisodeService/EndEpisode", Unheard, Temporal),
            ],
            &[
                at("EpisodeProcessService/TakeDutyStep", Unheard, Postgres),
                at("EpisodeService/CompleteAftercare", Unheard, Temporal),
            ],
        ],
    )
    .await;
}
