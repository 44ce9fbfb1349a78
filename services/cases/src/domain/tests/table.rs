//! Phase × act: every act fits its phases and no other, and says so.

use super::support::*;
use crate::domain::{refused::Refused, vocabulary::EpisodePhase};

#[test]
fn every_act_fits_its_phases_and_no_other() {
    for phase in EpisodePhase::ALL {
        for (act, fits, run) in ACTS {
            let answer = run(in_phase(*phase, T0), T0);
            let wrong = Refused::WrongPhase { phase: *phase, allowed: fits };
            assert_eq!(
                answer.as_ref().err() == Some(&wrong),
                !fits.contains(phase),
                "{act} in {phase} answered {:?}",
                answer.err()
            );
        }
    }
}

#[test]
fn phases_know_what_they_allow() {
    for phase in EpisodePhase::ALL {
        let finished = in_phase(*phase, T0).timetable(0, &on(T0)).unwrap().finished;
        assert_eq!(phase.is_final(), finished);
        let technical = in_phase(*phase, T0).end_technically(
            crate::domain::vocabulary::TechnicalEnd::Deceased,
            String::new(),
            bernd(),
            T0,
        );
        assert_eq!(technical.is_ok(), !phase.is_final());
    }
    let again: Vec<&str> =
        EpisodePhase::ALL.iter().filter(|phase| phase.allows_new_proposal()).map(|phase| phase.code()).collect();
    assert_eq!(again, ["REFUSED", "REFERRED_BACK", "AFTERCARE", "CLOSED"]);
}

#[test]
fn a_lead_officer_follows_the_phase() {
    for phase in EpisodePhase::ALL {
        let episode = in_phase(*phase, T0);
        let lead = if phase.is_active() || *phase == EpisodePhase::Closing { anna() } else { bernd() };
        assert_eq!(episode.lead_officer(), Some(&lead), "{phase}");
    }
}
