//! Hundreds of lives break no law and walk every row of the table, and laws notice a history that was tampered with.

mod forged;

use std::collections::BTreeSet;

use lotse_cases::domain::vocabulary::EpisodePhase as P;

use super::{
    life::{World, lead},
    rows::{Leads, ROWS},
    tally::Tally,
};

/// Lives that are led here; `lotse bench` leads many times as many.
const LIVES: u64 = 600;

#[test]
fn no_life_breaks_a_law_and_every_row_is_walked() {
    let (world, mut tally) = (World::new().unwrap(), Tally::default());
    for seed in 0..LIVES {
        lead(seed, &world, &mut tally).unwrap();
    }
    let walked: BTreeSet<_> = tally.taken.keys().copied().collect();
    let mut missing = Vec::new();
    for row in ROWS {
        if !walked.iter().any(|(deed, from, _)| *deed == row.deed && row.from.contains(from)) {
            missing.push(format!("row {}: {}", row.number, row.deed));
        }
        let to: &[P] = match row.to {
            Leads::Stays => &[],
            Leads::To(phases) => phases,
        };
        for to in to {
            if !walked.iter().any(|(deed, _, end)| (*deed, *end) == (row.deed, *to)) {
                missing.push(format!("row {}: {} to {to}", row.number, row.deed));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "rows that nobody walked prove nothing");
    assert!(tally.steps.len() == 4 && tally.replanned > 0 && tally.refused > 0, "{tally:?}");
    assert_eq!(tally.ends.values().sum::<u64>(), LIVES);
}

#[test]
fn a_life_can_be_led_again() {
    let world = World::new().unwrap();
    let told = |seed| {
        let mut tally = Tally::default();
        lead(seed, &world, &mut tally).unwrap();
        format!("{tally:?}")
    };
    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
}
