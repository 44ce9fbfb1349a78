//! What the parameters of a key must be to each other: each may be sound by itself and the rule still make no sense.

use super::{
    PolicyKey,
    parameters::{Fault, Parameters, Value},
};

/// Everything that does not fit together, one fault for each field that has to change. What is missing or of another kind is told
/// elsewhere and is taken for nothing here.
pub(super) fn faults(key: PolicyKey, parameters: &Parameters) -> Vec<Fault> {
    let of = Together { parameters };
    let found = match key {
        PolicyKey::RegularMaximum => vec![
            of.less("first_notice_months", "months", "the limit opens after the assignment"),
            of.less("second_notice_months", "first_notice_months", "the second notice follows the first"),
            of.within("extension_opening_days", &["extension_months"]),
        ],
        PolicyKey::ContinuationReview
        | PolicyKey::EligibilityRecheck
        | PolicyKey::PlanUpdate
        | PolicyKey::ProviderReport => {
            let agreed = "the interval is one that may be agreed";
            vec![of.within("opening_days", &["months"]), of.at_most("months", "longest_months", agreed)]
        }
        PolicyKey::Aftercare => {
            vec![of.within("opening_days", &["job_start_months", "training_months", "follow_on_months"])]
        }
        PolicyKey::Reduction => vec![
            of.as_many("breach_months", "breach_percent"),
            of.both_or_none("missed_appointment_months", "missed_appointment_percent"),
        ],
        PolicyKey::Objection => {
            let longer = "who was told less has no less time";
            vec![
                of.at_least("wrong_instruction_months", "abroad_months", longer),
                of.at_least("wrong_instruction_months", "months", longer),
                of.at_least("abroad_months", "months", longer),
            ]
        }
        PolicyKey::WorkOpportunity => {
            let within = "nobody is longer in work opportunities than the frame lasts";
            vec![of.at_most("months", "frame_months", within), of.at_most("extension_months", "frame_months", within)]
        }
        // One parameter alone, or parameters that have nothing to do with each other.
        PolicyKey::AdmissionCriteria
        | PolicyKey::CaseloadRatio
        | PolicyKey::Escalation
        | PolicyKey::Referral
        | PolicyKey::NoticeFiction
        | PolicyKey::Mediation
        | PolicyKey::AbsenceReport
        | PolicyKey::ContinuousEmployment
        | PolicyKey::StatisticsDelivery
        | PolicyKey::Retention
        | PolicyKey::ProposalDecision
        | PolicyKey::FirstTalk
        | PolicyKey::LetterPosting
        | PolicyKey::Accompaniment
        | PolicyKey::VariantSwitch
        | PolicyKey::CrisisContact
        | PolicyKey::TeamDecision
        | PolicyKey::HandoverAcceptance
        | PolicyKey::ExtensionAnswer
        | PolicyKey::Reopening
        | PolicyKey::StaffFigures => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

struct Together<'p> {
    parameters: &'p Parameters,
}

impl Together<'_> {
    fn number(&self, name: &str) -> Option<i64> {
        if let Value::Number(number) = self.parameters.get(name)? { Some(*number) } else { None }
    }

    fn count(&self, name: &str) -> Option<usize> {
        if let Value::Numbers(numbers) = self.parameters.get(name)? { Some(numbers.len()) } else { None }
    }

    /// A fault of a number beside another one, unless they fit.
    fn compared(&self, name: &str, other: &str, fits: fn(i64, i64) -> bool, must: &str, why: &str) -> Option<Fault> {
        let (number, beside) = (self.number(name)?, self.number(other)?);
        (!fits(number, beside)).then(|| fault(name, format!("must be {must} {other}, here {beside}: {why}")))
    }

    fn less(&self, name: &str, other: &str, why: &str) -> Option<Fault> {
        self.compared(name, other, |number, beside| number < beside, "less than", why)
    }

    fn at_most(&self, name: &str, other: &str, why: &str) -> Option<Fault> {
        self.compared(name, other, |number, beside| number <= beside, "at most", why)
    }

    fn at_least(&self, name: &str, other: &str, why: &str) -> Option<Fault> {
        self.compared(name, other, |number, beside| number >= beside, "at least", why)
    }

    fn both_or_none(&self, name: &str, other: &str) -> Option<Fault> {
        let fits = |number: i64, beside: i64| (number == 0) == (beside == 0);
        self.compared(name, other, fits, "0 exactly when it is", "a share without a time reduces nothing")
    }

    fn as_many(&self, name: &str, other: &str) -> Option<Fault> {
        let (count, beside) = (self.count(name)?, self.count(other)?);
        (count != beside)
            .then(|| fault(name, format!("must have as many entries as {other}, here {beside}: one a step")))
    }

    /// Days of opening must be fewer than every one of the periods at whose end they stand, however short its months are; a period of
    /// 0 months is none.
    fn within(&self, name: &str, periods: &[&str]) -> Option<Fault> {
        let days = self.number(name)?;
        let lasting = periods.iter().filter_map(|period| Some((*period, self.number(period)?)));
        let (period, months) = lasting.filter(|(_, months)| *months > 0).min_by_key(|(_, months)| *months)?;
        let most = shortest_days(months) - 1;
        (days > most).then(|| {
            let text =
                format!("must be at most {most} DAYS beside {period}, here {months}: else it opens before it begins");
            fault(name, text)
        })
    }
}

fn fault(name: &str, text: String) -> Fault {
    Fault::new(format!("parameters.{name}"), text)
}

/// The fewest days that so many months can have, from whichever day they count.
fn shortest_days(months: i64) -> i64 {
    const DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months = usize::try_from(months).unwrap_or_default();
    let from = |first: usize| DAYS.iter().cycle().skip(first).take(months).sum();
    (0..DAYS.len()).map(from).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};

    use super::*;
    use crate::policy::{Jurisdiction, federal, schema};

    /// The last federal parameters of a key with others in their place.
    fn with(key: PolicyKey, changed: &[(&str, i64)]) -> Vec<(String, String)> {
        let federal = federal::of(key).unwrap().pop().unwrap().parameters;
        let parameters = changed.iter().fold(federal, |all, (name, number)| all.with(name, Value::Number(*number)));
        let found = schema::check(key, &Jurisdiction::Federal, &parameters);
        found.into_iter().map(|fault| (fault.field, fault.text)).collect()
    }

    fn told(field: &str, text: &str) -> Vec<(String, String)> {
        vec![(format!("parameters.{field}"), text.to_owned())]
    }

    #[test]
    fn notices_come_in_their_order_and_before_the_limit() {
        let maximum = |changed: &[(&str, i64)]| with(PolicyKey::RegularMaximum, changed);
        assert_eq!(maximum(&[("first_notice_months", 2), ("second_notice_months", 1)]), []);
        assert_eq!(
            maximum(&[("first_notice_months", 2), ("second_notice_months", 2)]),
            told(
                "second_notice_months",
                "must be less than first_notice_months, here 2: the second notice follows the first"
            )
        );
        assert_eq!(
            maximum(&[("months", 6), ("first_notice_months", 6)]),
            told("first_notice_months", "must be less than months, here 6: the limit opens after the assignment")
        );
        let short = maximum(&[("extension_months", 1), ("extension_opening_days", 28)]);
        let text = "must be at most 27 DAYS beside extension_months, here 1: else it opens before it begins";
        assert_eq!(short, told("extension_opening_days", text));
    }

    #[test]
    fn an_opening_is_shorter_than_its_period() {
        let update = |months, days| with(PolicyKey::PlanUpdate, &[("months", months), ("opening_days", days)]);
        assert_eq!(update(1, 27), []);
        let text = "must be at most 27 DAYS beside months, here 1: else it opens before it begins";
        assert_eq!(update(1, 28), told("opening_days", text));
        assert_eq!((update(2, 58), update(2, 59).len()), (vec![], 1));
        for key in [PolicyKey::ContinuationReview, PolicyKey::EligibilityRecheck] {
            let found = with(key, &[("months", 2), ("opening_days", 60)]);
            assert_eq!(found.len(), 1, "{key}: {found:?}");
        }
        let report = with(PolicyKey::ProviderReport, &[("months", 5), ("longest_months", 4)]);
        assert_eq!(
            report,
            told("months", "must be at most longest_months, here 4: the interval is one that may be agreed")
        );
        // No such period: nothing that an opening could be longer than.
        let none = [("job_start_months", 0), ("training_months", 0), ("follow_on_months", 0), ("opening_days", 60)];
        assert_eq!(with(PolicyKey::Aftercare, &none), []);
        assert_eq!(with(PolicyKey::Aftercare, &[("job_start_months", 1), ("opening_days", 60)]).len(), 1);
    }

    #[test]
    fn steps_and_remedies_fit() {
        let federal = federal::of(PolicyKey::Reduction).unwrap().pop().unwrap().parameters;
        let two = federal.with("breach_percent", Value::Numbers(vec![10, 20, 30, 30, 30]));
        let found = schema::check(PolicyKey::Reduction, &Jurisdiction::Federal, &two);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].field, "parameters.breach_months");
        let missed = with(PolicyKey::Reduction, &[("missed_appointment_months", 0)]);
        assert_eq!(missed[0].0, "parameters.missed_appointment_months");
        assert_eq!(with(PolicyKey::Objection, &[("abroad_months", 1), ("months", 2)]).len(), 1);
        assert_eq!(with(PolicyKey::Objection, &[("wrong_instruction_months", 2)]).len(), 1);
    }

    #[test]
    fn work_opportunities_lie_within_their_frame() {
        let longer = with(PolicyKey::WorkOpportunity, &[("frame_months", 12), ("months", 24)]);
        assert_eq!(longer.len(), 1, "{longer:?}");
        assert_eq!(longer[0].0, "parameters.months");
        assert_eq!(with(PolicyKey::WorkOpportunity, &[("frame_months", 24)]), []);
    }

    #[test]
    fn the_shortest_months_are_the_shortest_of_the_calendar() {
        for months in 1..=30 {
            let first = date(2025, 1, 1);
            let days = (0..1461).map(|day| first.saturating_add(day.days()));
            let lasting = days.map(|day| i64::from((day.saturating_add(months.months()) - day).get_days()));
            assert_eq!(shortest_days(months), lasting.min().unwrap(), "{months} months");
        }
    }
}
