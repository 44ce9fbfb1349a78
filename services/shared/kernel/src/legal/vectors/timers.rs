//! The timers of the catalogue, under the policies as shipped.

use super::{Row, check, federal};
use crate::{
    deadlines::named::{Timer, TimerQuestion},
    explanation::Explanation,
    legal::Calendar,
};

#[test]
fn duties() {
    check("pflichten.csv", |row| {
        let explanation = timer(row, "pflicht", &DUTIES);
        (
            (explanation.due_on, explanation.target_on, explanation.overdue_after),
            (row.day("faellig"), row.day("zieltag"), row.day("rechtzeitig_bis")),
        )
    });
}

/// What a timer of a row answers; `column` tells its word.
fn timer(row: &Row, column: &str, words: &[(&str, Timer)]) -> Explanation {
    let word = row.text(column);
    let timer = words.iter().find(|(known, _)| *known == word).unwrap_or_else(|| panic!("{word}")).1;
    let number = row.text("nummer").parse().unwrap_or(1);
    let fact_on = row.fields.contains_key("tatsache").then(|| row.optional_day("tatsache")).flatten();
    let question = TimerQuestion { fact_on, number, ..TimerQuestion::new(timer, row.day("ausgangstag")) };
    let found = question.answer(federal(Calendar::Nation)).unwrap_or_else(|fault| panic!("{}: {fault}", row.place));
    found.explanation
}

/// The duties of case management as the vectors call them.
const DUTIES: [(&str, Timer); 13] = [
    ("T1", Timer::EligibilityRecheck),
    ("T2", Timer::ContinuationReview),
    ("T3", Timer::RegularMaximum),
    ("T5", Timer::PlanUpdate),
    ("T7a", Timer::ProviderAnswer),
    ("T8", Timer::ProviderReport),
    ("T12", Timer::AftercareEnd),
    ("T16", Timer::ProposalDecision),
    ("T17", Timer::FirstTalk),
    ("POSTAUSGANG", Timer::LetterPosting),
    ("KRISENKONTAKT", Timer::CrisisContact),
    ("BEGLEITUNG", Timer::AccompanimentDecision),
    ("VARIANTENWECHSEL", Timer::VariantSwitchAnswer),
];

/// The timers of the law as the vectors call them.
const TIMERS: [(&str, Timer); 19] = [
    ("ERSTTERMIN", Timer::FirstAppointment),
    ("AUFBEWAHRUNG_BERATUNGSNOTIZ", Timer::RetentionAdviceNote),
    ("AUFBEWAHRUNG_PLAN", Timer::RetentionPlan),
    ("AUFBEWAHRUNG_EINWILLIGUNG", Timer::RetentionConsent),
    ("AUFBEWAHRUNG_ENTSCHEIDUNG", Timer::RetentionDecision),
    ("AUFBEWAHRUNG_ZAHLUNG", Timer::RetentionPayment),
    ("ARBEITSGELEGENHEIT_ENDE", Timer::WorkOpportunityEnd),
    ("ARBEITSGELEGENHEIT_VERLAENGERUNG", Timer::WorkOpportunityExtension),
    ("ARBEITSGELEGENHEIT_RAHMEN", Timer::WorkOpportunityFrame),
    ("FEHLZEITEN", Timer::AbsenceReport),
    ("STATISTIK", Timer::StatisticsDelivery),
    ("BESCHAEFTIGUNG", Timer::ContinuousEmployment),
    ("AUSBILDUNG", Timer::TrainingSupport),
    ("FOLGEBESCHAEFTIGUNG", Timer::FollowOnCoaching),
    ("GANZHEITLICHE_BETREUUNG", Timer::HolisticSupport),
    ("BERATUNG_U25", Timer::AdviceUnder25),
    ("SCHLICHTUNG", Timer::MediationEnd),
    ("MINDERUNG_FESTSTELLUNG", Timer::ReductionFinding),
    ("MINDERUNG_BEGINN", Timer::ReductionBegin),
];

#[test]
fn timers_of_the_law() {
    check("fachfristen.csv", |row| {
        let explanation = timer(row, "frist", &TIMERS);
        ((explanation.due_on, explanation.target_on), (row.day("faellig"), row.day("zieltag")))
    });
}
