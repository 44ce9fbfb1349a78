//! How many deadlines with all their steps one core computes in a second: `cargo run --release -p lotse-kernel --example legal_clock`.

use std::{hint::black_box, time::Instant};

use jiff::{ToSpan, civil::date};
use lotse_kernel::{
    deadlines,
    legal::{
        Calendar,
        place::{Land, Place},
        remedy::{ObjectionGround, objection},
    },
};

/// Deadlines of each kind; their starting days cover eleven years.
const ROUNDS: u32 = 1_000_000;

fn main() {
    let first = date(2024, 1, 1);
    let days: Vec<_> = (0..4_000).map(|day| first.saturating_add(day.days())).collect();
    let place = Calendar::Of(Place::of(Land::BY));
    measure("continuation reviews (T2), holidays of the whole country", |round| {
        let day = days[round as usize % days.len()];
        black_box(deadlines::continuation_review(black_box(day), 1));
    });
    measure("re-checks with target (T1), holidays of the whole country", |round| {
        let day = days[round as usize % days.len()];
        black_box(deadlines::eligibility_recheck(black_box(day)));
    });
    measure("objections (§ 84 SGG), holidays of Bavaria", |round| {
        let day = days[round as usize % days.len()];
        black_box(objection(black_box(day), ObjectionGround::Regular, place));
    });
}

fn measure(what: &str, mut run: impl FnMut(u32)) {
    let start = Instant::now();
    for round in 0..ROUNDS {
        run(round);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{:>12.0} a second: {what}", f64::from(ROUNDS) / seconds);
}
