//! R40, R116: how the working alliance goes, and that an end because it does not carry needs one that does not.

use jiff::civil::{Date, date};

use super::support::*;
use crate::domain::{
    records::{AllianceTurn, ClosingNote},
    refused::Refused,
    vocabulary::{AllianceState, EndReason},
};

fn turned(state: AllianceState, turned_on: Date) -> AllianceTurn {
    AllianceTurn { state, ..strained(turned_on) }
}

#[test]
fn it_is_built_until_it_is_agreed_and_carries_from_then_on() {
    assert_eq!(
        done(admitted_on(T0).record_first_talk(T0, T0)).care().unwrap().alliance_state(),
        AllianceState::Building
    );
    assert_eq!(in_delivery(T0).care().unwrap().alliance_state(), AllianceState::Carrying);
    assert_eq!(proposed_on(PROPOSED).care(), None);
}

#[test]
fn it_turns_and_turns_back_and_every_turn_stays_on_record() {
    let (first, second) = (T0, date(2026, 4, 1));
    let decided = in_delivery(T0).record_alliance_turn(turned(AllianceState::Broken, first), second).unwrap();
    assert_eq!(codes(&decided), ["ALLIANCE_TURNED"]);
    let mended = done(decided.episode.record_alliance_turn(turned(AllianceState::Carrying, second), second));
    let care = mended.care().unwrap();
    assert_eq!(care.alliance_state(), AllianceState::Carrying);
    let turns: Vec<_> = care.alliance_turns.iter().map(|turn| (turn.state, turn.turned_on)).collect();
    assert_eq!(turns, [(AllianceState::Broken, first), (AllianceState::Carrying, second)]);
}

#[test]
fn what_is_no_turn_is_told_by_field() {
    let today = date(2026, 4, 1);
    let refused = |turn| fields(in_delivery(T0).record_alliance_turn(turn, today).unwrap_err());
    assert_eq!(refused(turned(AllianceState::Building, T0)), ["turn.state"]);
    assert_eq!(refused(turned(AllianceState::Carrying, T0)), ["turn.state"]);
    assert_eq!(refused(turned(AllianceState::Strained, date(2026, 4, 2))), ["turn.turn_date"]);
    assert_eq!(refused(turned(AllianceState::Strained, T0.yesterday().unwrap())), ["turn.turn_date"]);
    let strained_today = done(in_delivery(T0).record_alliance_turn(strained(today), today));
    let before = strained_today.record_alliance_turn(turned(AllianceState::Broken, T0), today).unwrap_err();
    assert_eq!(fields(before), ["turn.turn_date"], "not before it last turned");
}

#[test]
fn an_end_because_it_does_not_carry_needs_one_that_does_not() {
    let note = || ClosingNote { reason: EndReason::AllianceNotViable, ..closing_note(None) };
    assert_eq!(in_delivery(T0).end(note(), &on(T0)).unwrap_err(), Refused::AllianceCarries);
    for state in [AllianceState::Strained, AllianceState::Broken] {
        let turned = done(in_delivery(T0).record_alliance_turn(turned(state, T0), T0));
        assert_eq!(turned.end(note(), &on(T0)).unwrap().episode.closing().unwrap().note.reason, note().reason);
    }
    assert!(
        done(admitted_on(T0).record_first_talk(T0, T0)).end(note(), &on(T0)).is_ok(),
        "one that was never agreed does not carry"
    );
}
