//! Good files are read whole; bad ones are refused with every fault, its line and its step.

use jiff::civil::date;

use super::*;
use crate::journey::file::Outcome;

const HEADER: &str = "journey: Probe
requirements: [R106]
jobcenter: { id: musterstadt, land: NW }
people:
  anna: { roles: [case-manager], team: ue25 }
  bernd: { roles: [placement-officer] }
";

fn faults(text: &str) -> Vec<String> {
    parse("probe.yaml", text).unwrap_err().faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_journey_is_read() {
    let steps = "steps:
  - on: 2031-03-03
    as: bernd
    note: Bernd sieht nach.
    call: lotse.cases.v1.CaseService/ListCases
    request: { parent: \"${jobcenter}\" }
    save: { case: cases.0.name }
  - as: anna
    call: lotse.cases.v1.CaseService/GetCase
    request: { name: \"${case}\" }
    expect: { person: { birth_date: 2001-02-03 }, placement_officer: \"${bernd}\" }
    eventually: true
  - on: 2031-03-09
  - call: lotse.cases.v1.EpisodeService/GetEpisode
    request: { name: \"${case}/episodes/1\" }
    fails: { code: NOT_FOUND, reason: RESOURCE_NOT_FOUND }
";
    let journey = parse("probe.yaml", &format!("{HEADER}{steps}")).unwrap();
    assert_eq!(journey.begins_on(), Some(date(2031, 3, 3)));
    assert_eq!(journey.jobcenter.display_name, "Jobcenter Musterstadt");
    assert_eq!(journey.people["anna"].email, "anna@musterstadt.example");
    let days: Vec<_> = journey.steps.iter().map(|step| (step.line, step.on.day())).collect();
    assert_eq!(days, [(8, 3), (14, 3), (19, 9), (20, 9)]);
    assert!(journey.steps[2].call.is_none());
    let last = journey.steps[3].call.as_ref().unwrap();
    assert_eq!((last.actor.as_str(), last.short_name().as_str()), ("anna", "EpisodeService/GetEpisode"));
    let reason = Some("RESOURCE_NOT_FOUND".to_owned());
    assert_eq!(last.outcome, Outcome::Refusal { code: tonic::Code::NotFound, reason });
}

#[test]
fn every_fault_is_told_with_line_and_step() {
    let text = "journey: Probe
requirement: [R106]
jobcenter: { id: musterstadt, land: NW, plz: 1 }
people: { anna: { roles: [case-manger] } }
steps:
  - on: 2031-03-03
    as: ana
    call: lotse.cases.v1.EpisodeService/DecideReviews
  - on: 2031-02-03
    as: anna
    call: lotse.cases.v1.DutyService/ListDuties
    request:
      parent: \"${jobcentre}\"
      states: [DUTY_STATE_OVERDU]
      team: 25
    expect: { dutys: [] }
    save: { duty: duties.name }
  - call: lotse.cases.v1.DutyService/GetDuty
    reqest: {}
    fails: { code: NOTFOUND, reason: RESOURCE_MISSING }
    save: { x: name }
  - note: nichts
";
    assert_eq!(
        faults(text),
        [
            "line 2: unknown key of journey `requirement`; did you mean `requirements`?",
            "line 3: unknown key of jobcenter `plz`; there are id, land, municipality, display_name, address_lines",
            "line 4: unknown role `case-manger`; did you mean `case-manager`?",
            "line 7: step 1: unknown person `ana`; did you mean `anna`?",
            "line 8: step 1: unknown method of lotse.cases.v1.EpisodeService `DecideReviews`; did you mean `DecideReview`?",
            "line 9: step 2: 2031-02-03 lies before 2031-03-03: time does not go back",
            "line 13: step 2: request: unknown name in `${}` `jobcentre`; did you mean `jobcenter`?",
            "line 14: step 2: request: states[0]: unknown word of DutyState `DUTY_STATE_OVERDU`; did you mean `DUTY_STATE_OVERDUE`?",
            "line 15: step 2: request: team: must be a text in quotes, not a number",
            "line 16: step 2: expect: unknown field of ListDutiesResponse `dutys`; did you mean `duties`?",
            "line 17: step 2: save: duty: `name` is not the number of an item of `duties`, from 0",
            "line 19: step 3: unknown key of a step `reqest`; did you mean `request`?",
            "line 20: step 3: unknown gRPC code `NOTFOUND`; did you mean `NOT_FOUND`?",
            "line 20: step 3: unknown reason `RESOURCE_MISSING`",
            "line 21: step 3: `save` beside `fails`: a refusal has no answer",
            "line 22: step 4: a step has a `call`, or a date `on` to which time passes",
        ]
    );
}

#[test]
fn broken_yaml_is_told_with_its_line() {
    let told = faults(&format!("{HEADER}steps: [\n"));
    assert!(told.len() == 1 && told[0].starts_with("line "), "{told:?}");
    let twice = faults("journey: a\njourney: b\n");
    assert!(twice[0].contains("duplicate"), "{twice:?}");
    assert_eq!(faults("- a"), ["line 1: the file is no mapping of keys and values"]);
}

#[test]
fn a_file_without_anything_lacks_everything() {
    assert_eq!(
        faults("journey: leer\n"),
        ["`jobcenter` is missing", "`people` is missing", "`steps` must be a list of steps"]
    );
}
