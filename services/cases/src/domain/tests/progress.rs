//! Between which days a person is compared, and which assessment stands on a day.

use jiff::civil::date;
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{progress::Span, records::LifeChange, vocabulary::EpisodePhase};

#[test]
fn it_is_compared_until_today_or_until_care_ended() {
    let (later, latest) = (add_days(T0, 2_000), add_days(T0, 3_000));
    for phase in EpisodePhase::ALL.iter().copied() {
        let episode = in_phase(phase, T0);
        let is_over = match phase {
            EpisodePhase::Proposed
            | EpisodePhase::InDiscussion
            | EpisodePhase::Waitlisted
            | EpisodePhase::EntryConsultation
            | EpisodePhase::Assessment
            | EpisodePhase::Planning
            | EpisodePhase::Delivery => false,
            EpisodePhase::Refused
            | EpisodePhase::ReferredBack
            | EpisodePhase::Closing
            | EpisodePhase::Aftercare
            | EpisodePhase::Closed => true,
        };
        let span = episode.span(None, latest);
        assert_eq!((span.since, span.until == latest), (T0, !is_over), "{phase}");
        // Nothing is compared with a day after its end.
        let asked = episode.span(Some(later), latest);
        let since = if is_over { span.until } else { later };
        assert_eq!(asked, Span { since, until: span.until }, "{phase}");
    }
}

#[test]
fn an_assessment_stands_until_the_next_one() {
    let (first, second) = (T0, date(2026, 6, 15));
    let change = LifeChange { occurred_on: add_days(second, -14), text: text() };
    let waiting = done(in_delivery(T0).record_life_change(change, anna(), add_days(second, -14)));
    let stood =
        |episode: &crate::domain::episode::Episode, day| episode.assessment_on(day).map(|found| found.completed_on);
    assert_eq!(stood(&waiting, second), Some(first), "while nobody has looked again");
    let found = done(waiting.complete_assessment(assessment(second), second));
    for (day, expected) in [
        (add_days(first, -1), first),
        (first, first),
        (add_days(second, -1), first),
        (second, second),
        (add_days(second, 400), second),
    ] {
        assert_eq!(stood(&found, day), Some(expected), "{day}");
    }
    assert_eq!(stood(&in_phase(EpisodePhase::Assessment, T0), second), None);
}
