//! One trace id leads from a command over its event, the relay, the workflow and the process API to the notice and the letter.

use std::collections::{BTreeMap, BTreeSet};

use crate::collector::Span;

/// What has to share one trace: the command that puts the plan into force begins its update (T5) and wakes the episode, which then waits under this trace until the
/// first review opens, takes the step, tells the case manager, and has a letter written, which is a procedure of its own.
const WAY: [(&str, &str); 15] = [
    ("lotse-cases", "grpc.ActivatePlan"),
    ("lotse-cases", "op.activate_plan"),
    ("lotse-cases", "relay.deliver"),
    ("lotse-worker", "activity.cases.get_timetable"),
    ("lotse-cases", "grpc.GetTimetable"),
    ("lotse-worker", "activity.cases.take_duty_step"),
    ("lotse-cases", "grpc.TakeDutyStep"),
    ("lotse-cases", "op.take_duty_step"),
    ("lotse-worker", "activity.notifications.create_notice"),
    ("lotse-notifications", "grpc.CreateNotice"),
    ("lotse-notifications", "op.create_notice"),
    ("lotse-worker", "activity.documents.ensure_letter"),
    ("lotse-documents", "grpc.EnsureLetter"),
    ("lotse-documents", "relay.deliver"),
    ("lotse-documents", "grpc.RenderLetter"),
];

/// Holds that one trace leads the whole way, and that no trace begins in a worker: whatever a workflow does, somebody asked for.
pub fn one_trace_leads_the_whole_way(spans: &[Span]) {
    let mut traces = BTreeMap::<&[u8], BTreeSet<(&str, &str)>>::new();
    for span in spans {
        traces.entry(&span.trace).or_default().insert((&span.role, &span.name));
    }
    let whole = traces.values().filter(|trace| WAY.iter().all(|place| trace.contains(place))).count();
    let nearest = traces.values().max_by_key(|trace| WAY.iter().filter(|place| trace.contains(place)).count());
    let lacks: Vec<_> = WAY.iter().filter(|place| nearest.is_none_or(|trace| !trace.contains(place))).collect();
    assert_eq!(
        whole,
        1,
        "of {} traces with {} spans, the nearest lacks {lacks:?} of {nearest:?}",
        traces.len(),
        spans.len()
    );
    let orphans: Vec<_> = traces
        .values()
        .filter(|trace| trace.iter().any(|(role, _)| *role == "lotse-worker"))
        .filter(|trace| !trace.iter().any(|(role, name)| *role != "lotse-worker" && name.starts_with("op.")))
        .collect();
    assert!(orphans.is_empty(), "these traces begin in a worker: {orphans:?}");
}
