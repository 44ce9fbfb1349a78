//! What a process has started, and whether any of it outlives it.

use std::{collections::BTreeMap, fs};

/// A process and when it was started, in the kernel's ticks: ids are used again, both together are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Process {
    id: u32,
    born: u64,
}

struct Stat {
    name: String,
    ended: bool,
    parent: u32,
    born: u64,
}

/// Reads `/proc/<id>/stat`; nothing when there is no such process any more.
fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in brackets and may hold anything, brackets too.
    let (head, rest) = text.rsplit_once(") ")?;
    let name = head.split_once('(')?.1.to_owned();
    let fields: Vec<&str> = rest.split(' ').collect();
    // The state is the third field of the whole line, so numbers of the manual page are three ahead here.
    let (state, parent, born) = (fields.first()?, fields.get(1)?, fields.get(19)?);
    Some(Stat { name, ended: matches!(*state, "Z" | "X"), parent: parent.parse().ok()?, born: born.parse().ok()? })
}

/// Children of a process and theirs, with their names.
pub fn of(ancestor: u32) -> BTreeMap<Process, String> {
    let ids = fs::read_dir("/proc").expect("/proc").flatten();
    let ids = ids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let all: BTreeMap<u32, Stat> = ids.filter_map(|id| Some((id, stat(id)?))).collect();
    let descends = |id: u32| {
        let mut parents = std::iter::successors(all.get(&id), |stat| all.get(&stat.parent));
        parents.any(|stat| stat.parent == ancestor)
    };
    all.iter()
        .filter(|(id, _)| descends(**id))
        .map(|(id, stat)| (Process { id: *id, born: stat.born }, stat.name.clone()))
        .collect()
}

/// Whether it still runs.
pub fn lives(process: Process) -> bool {
    stat(process.id).is_some_and(|stat| stat.born == process.born && !stat.ended)
}
