//! Where the executable is called, so that what it leaves behind can be told.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::Command;

/// Two folders: where the executable is called, as a checkout would be, and where it may leave what it needs while it runs.
pub struct Place {
    base: PathBuf,
}

impl Place {
    /// Makes both; the name tells the places of one test run apart.
    pub fn new(name: &str) -> Self {
        let base = std::env::temp_dir().join(format!("lotse-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&base).ok();
        let place = Self { base };
        for folder in [place.work(), place.tmp()] {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        place
    }

    /// The executable as somebody calls it here.
    pub fn lotse(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lotse"));
        command.args(arguments).current_dir(self.work()).env("TMPDIR", self.tmp()).stdin(Stdio::null());
        command.kill_on_drop(true);
        command
    }

    /// The folder in which it is called.
    pub fn work(&self) -> PathBuf {
        self.base.join("work")
    }

    /// The folder for temporary files.
    pub fn tmp(&self) -> PathBuf {
        self.base.join("tmp")
    }

    /// What lies where it was called.
    pub fn left_at_work(&self) -> BTreeSet<String> {
        names_in(&self.work())
    }

    /// What lies among the temporary files.
    pub fn left_in_tmp(&self) -> BTreeSet<String> {
        names_in(&self.tmp())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.base).ok();
    }
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
