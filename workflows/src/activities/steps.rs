//! Reads what came of a step, and who is to be told of it, from the contract and back.

use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    common,
};

use super::timetable;
use crate::{errand::Audience, memory::StepTaken};

/// What the contract writes before the code of a function.
const FUNCTION_PREFIX: &str = "STAFF_FUNCTION_";

/// Reads the answer to a step.
///
/// # Errors
/// The name of the first field that breaks the contract.
pub fn taken(
    audiences: Vec<NoticeAudience>,
    letter_wanted: bool,
    answer: Option<common::Timetable>,
) -> Result<StepTaken, &'static str> {
    let audiences = audiences.into_iter().map(audience).collect::<Result<_, _>>()?;
    Ok(StepTaken { audiences, letter_wanted, timetable: timetable(answer.ok_or("timetable")?)? })
}

fn audience(audience: NoticeAudience) -> Result<Audience, &'static str> {
    let function = audience.function().as_str_name().trim_start_matches(FUNCTION_PREFIX).to_owned();
    match (audience.staff_member.is_empty(), audience.team.is_empty()) {
        (false, true) => Ok(Audience::StaffMember(audience.staff_member)),
        (true, false) if function != "UNSPECIFIED" => Ok(Audience::Function { function, team: audience.team }),
        _ => Err("audiences"),
    }
}

/// An audience as notifications takes it.
pub(super) fn addressed(audience: Audience) -> Result<NoticeAudience, &'static str> {
    match audience {
        Audience::StaffMember(staff_member) => Ok(NoticeAudience { staff_member, ..Default::default() }),
        Audience::Function { function, team } => {
            let function = StaffFunction::from_str_name(&format!("{FUNCTION_PREFIX}{function}")).ok_or("audiences")?;
            Ok(NoticeAudience { function: function.into(), team, ..Default::default() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audiences_travel_unchanged() {
        let lead =
            NoticeAudience { function: StaffFunction::TeamLead.into(), team: "ue25".to_owned(), ..Default::default() };
        let anna = NoticeAudience { staff_member: "jobcenters/m/staff/anna".to_owned(), ..Default::default() };
        for to in [lead, anna] {
            assert_eq!(addressed(audience(to.clone()).unwrap()).unwrap(), to);
        }
        assert!(audience(NoticeAudience::default()).is_err());
        assert!(audience(NoticeAudience { team: "ue25".to_owned(), ..Default::default() }).is_err());
    }

    #[test]
    fn a_step_without_a_timetable_breaks_the_contract() {
        assert_eq!(taken(vec![], false, None), Err("timetable"));
    }
}
