//! By which rules a sibling of cases computes dates: the policy versions of the jobcenter and the holidays of its seat, as cases
//! tells them with the access facts. The federal versions are those of the release.

use std::sync::Arc;

use jiff::civil::Date;
use lotse_kernel::{
    legal::{Calendar, Surroundings, Unanswered, read},
    names::CaseName,
    policy::{Book, Jurisdiction, Parameters, PolicyVersion, Transition, Value},
};
use lotse_proto::cases::{self as contract, policy_parameter::Value as Given};

use crate::{case_access::CasesError, failure::Failure, fields::civil};

/// The rules of one jobcenter.
#[derive(Debug, Clone)]
pub struct Rules {
    book: Arc<Book>,
    calendar: Calendar,
}

impl Rules {
    /// The rules that cases tells with its facts. Of a case that is not there any more it tells none: then federal law counts, and
    /// the holidays of the whole country.
    ///
    /// # Errors
    /// [`CasesError::Malformed`] and [`CasesError::Broken`].
    pub fn told(facts: &contract::CaseFacts) -> Result<Self, CasesError> {
        let Some(told) = &facts.rules else {
            return Ok(Self { book: Book::of_jobcenter(Vec::new())?, calendar: Calendar::Nation });
        };
        let case: CaseName = facts.case.parse().map_err(|_| CasesError::Malformed { field: "case" })?;
        Self::of(told, case.jobcenter().as_str())
    }

    /// The rules of a jobcenter as cases tells them.
    ///
    /// # Errors
    /// As [`Rules::told`].
    pub fn of(told: &contract::JobcenterRules, jobcenter: &str) -> Result<Self, CasesError> {
        let malformed = |field| CasesError::Malformed { field };
        let contract::Place { land, municipality, district } = told.place.clone().unwrap_or_default();
        let place = read::place("place", &land, &municipality, &district).ok().flatten();
        let place = place.ok_or_else(|| malformed("rules.place"))?;
        let local = told.policies.iter().map(|policy| version(policy, jobcenter, &land));
        let local = local.collect::<Option<Vec<_>>>().ok_or_else(|| malformed("rules.policies"))?;
        Ok(Self { book: Book::of_jobcenter(local)?, calendar: Calendar::Of(place) })
    }

    /// The same had a version never come, with that version; nothing where none is cited so.
    #[must_use]
    pub fn but_for(&self, citation: &str) -> Option<(PolicyVersion, Self)> {
        let version = self.book.cited(citation)?.clone();
        let book = Arc::new(self.book.but_for(&version));
        Some((version, Self { book, calendar: self.calendar }))
    }

    /// What a computation asks on a business date.
    #[must_use]
    pub fn on(&self, today: Date) -> Surroundings<'_> {
        Surroundings { book: &self.book, today, calendar: self.calendar }
    }
}

/// A date that federal law leaves without a rule is a fault of the release.
impl From<Unanswered> for Failure {
    fn from(unanswered: Unanswered) -> Self {
        Self::Defect(format!("a date without its rule: {unanswered}"))
    }
}

/// A version of the jobcenter or its Land; nothing when it is not one as the contract says.
fn version(told: &contract::Policy, jobcenter: &str, land: &str) -> Option<PolicyVersion> {
    let jurisdiction = match told.scope() {
        contract::PolicyScope::Jobcenter => Jurisdiction::Jobcenter(jobcenter.to_owned()),
        contract::PolicyScope::Land => Jurisdiction::Land(land.to_owned()),
        contract::PolicyScope::Federal | contract::PolicyScope::Unspecified => return None,
    };
    stated(told, jurisdiction)
}

/// What a version of the contract says, as one of that jurisdiction; nothing when it is not one as the contract says.
#[must_use]
pub fn stated(told: &contract::Policy, jurisdiction: Jurisdiction) -> Option<PolicyVersion> {
    let parameters = told.parameters.iter().map(|parameter| Some((&parameter.name, value(parameter.value.as_ref()?))));
    let parameters = parameters.collect::<Option<Vec<_>>>()?;
    let day = |date: Option<&lotse_proto::Date>| date.map(civil);
    Some(PolicyVersion {
        key: told.key().as_str_name().strip_prefix("POLICY_KEY_")?.parse().ok()?,
        version: told.version,
        jurisdiction,
        valid_from: day(told.valid_from_date.as_ref())??,
        valid_to: match day(told.valid_to_date.as_ref()) {
            Some(last) => Some(last?),
            None => None,
        },
        legal_basis: told.legal_basis.clone(),
        unverified: told.unverified,
        note: told.note.clone(),
        repeals: told.repeal,
        parameters: parameters.into_iter().fold(Parameters::default(), |all, (name, value)| all.with(name, value)),
        transition: Transition {
            fact: told.fact().as_str_name().strip_prefix("POLICY_FACT_")?.parse().ok()?,
            open_duties: told.open_duties().as_str_name().strip_prefix("OPEN_DUTIES_")?.parse().ok()?,
        },
        approved_on: match day(told.approve_date.as_ref()) {
            Some(approved) => Some(approved?),
            None => None,
        },
    })
}

fn value(given: &Given) -> Value {
    match given {
        Given::Number(number) => Value::Number(i64::from(*number)),
        Given::Code(code) => Value::Code(code.clone()),
        Given::Flag(flag) => Value::Flag(*flag),
        Given::Numbers(list) => Value::Numbers(list.values.iter().copied().map(i64::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use lotse_kernel::policy::rules::{LetterPosting, Referral};

    use super::*;

    fn facts() -> contract::CaseFacts {
        let number = |name: &str, number| contract::PolicyParameter {
            name: name.to_owned(),
            value: Some(Given::Number(number)),
            unit: String::new(),
        };
        let local = contract::Policy {
            key: contract::PolicyKey::Referral.into(),
            version: 3,
            scope: contract::PolicyScope::Jobcenter.into(),
            valid_from_date: Some(lotse_proto::Date { year: 2026, month: 3, day: 1 }),
            legal_basis: "Ermessensrichtlinie".to_owned(),
            parameters: vec![number("answer_working_days", 5), number("waiting_days", 14)],
            fact: contract::PolicyFact::ReferralSent.into(),
            open_duties: contract::OpenDuties::Keep.into(),
            ..contract::Policy::default()
        };
        let place =
            contract::Place { land: "NW".to_owned(), municipality: "05515000".to_owned(), ..Default::default() };
        contract::CaseFacts {
            case: "jobcenters/musterstadt/cases/018f3e5c-0000-7000-8000-000000000001".to_owned(),
            rules: Some(contract::JobcenterRules { place: Some(place), policies: vec![local] }),
            ..contract::CaseFacts::default()
        }
    }

    #[test]
    fn a_local_version_governs_what_it_is_about_and_nothing_else() {
        let rules = Rules::told(&facts()).unwrap();
        let on = date(2026, 3, 2);
        let referral = rules.on(on).rule::<Referral>("sent", on).unwrap();
        assert_eq!((referral.rule.answer_working_days, referral.citation.as_str()), (5, "musterstadt/REFERRAL/3"));
        let before = rules.on(on).rule::<Referral>("sent", date(2026, 2, 28)).unwrap();
        assert_eq!((before.rule.answer_working_days, before.citation.as_str()), (10, "federal/REFERRAL/1"));
        assert_eq!(rules.on(on).rule::<LetterPosting>("offered", on).unwrap().citation, "federal/LETTER_POSTING/1");
        assert!(matches!(rules.on(on).calendar, Calendar::Of(_)));
    }

    #[test]
    fn what_is_none_of_the_contract_is_named() {
        let wrong = |change: fn(&mut contract::JobcenterRules)| {
            let mut facts = facts();
            change(facts.rules.as_mut().unwrap());
            match Rules::told(&facts) {
                Err(CasesError::Malformed { field }) => field,
                other => unreachable!("{other:?}"),
            }
        };
        assert_eq!(wrong(|rules| rules.place = None), "rules.place");
        assert_eq!(wrong(|rules| rules.policies[0].key = 99), "rules.policies");
        assert_eq!(wrong(|rules| rules.policies[0].valid_from_date = None), "rules.policies");
        assert_eq!(wrong(|rules| rules.policies[0].scope = 1), "rules.policies");
        assert_eq!(wrong(|rules| rules.policies[0].parameters[0].value = None), "rules.policies");
    }

    #[test]
    fn a_case_that_is_gone_leaves_federal_law() {
        let rules = Rules::told(&contract::CaseFacts::default()).unwrap();
        assert_eq!(rules.on(date(2026, 3, 2)).calendar, Calendar::Nation);
    }
}
