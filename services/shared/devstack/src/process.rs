//! Child processes that never outlive this process, whatever ends it.
//!
//! `setpriv --pdeathsig` asks the kernel to signal a child when the *thread* that started it ends. All children are therefore
//! started by one thread that lives as long as the process. They stand in sessions of their own: Ctrl-C reaches only the parent, which
//! may still need its servers while it drains, and a kernel that shares the processor out by session can set one behind the others.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{DevStackError, Doing};
use crate::locate::{ServerUser, find_on_path};

/// How a server is told to end when its parent has died.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DeathSignal {
    /// At once and without any clean-up.
    Kill,
    /// At once, but PostgreSQL still gives back its shared memory.
    Quit,
}

impl DeathSignal {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
        }
    }
}

/// One running server; dropping it kills it.
#[derive(Debug)]
pub struct Server {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Where its own words begin in the log, which goes on over kills and restarts. In bytes.
    begins: u64,
}

impl Server {
    /// Starts a program of ours as the same user, so that it dies with this process; both output streams are appended to `log`.
    ///
    /// # Errors
    /// When `setpriv` is missing, the log cannot be written or the program cannot be started.
    pub fn start_program(
        name: &'static str,
        program: &Path,
        log: &Path,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, DevStackError> {
        Self::start(name, program, None, DeathSignal::Kill, log, configure)
    }

    /// Starts `program` so that it dies with this process; both output streams are appended to `log`.
    pub(crate) fn start(
        name: &'static str,
        program: &Path,
        user: Option<&ServerUser>,
        signal: DeathSignal,
        log: &Path,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, DevStackError> {
        let [setsid, setpriv] = ["setsid", "setpriv"].map(find_on_path);
        let (setsid, setpriv) = setsid.zip(setpriv).ok_or(DevStackError::SetprivMissing)?;
        let output =
            File::options().create(true).append(true).open(log).doing(|| format!("opening {}", log.display()))?;
        let begins = output.metadata().map_or(0, |log| log.len());
        let errors = output.try_clone().doing(|| "sharing a log file".to_owned())?;
        let mut command = Command::new(setsid);
        command.arg(setpriv);
        if let Some(user) = user {
            command
                .arg("--reuid")
                .arg(user.uid.to_string())
                .arg("--regid")
                .arg(user.gid.to_string())
                .arg("--clear-groups");
        }
        command.arg("--pdeathsig").arg(signal.as_str()).arg("--").arg(program);
        configure(&mut command);
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let child = spawn(command).doing(|| format!("starting {name}"))?;
        Ok(Self { name, child, log: log.to_owned(), begins })
    }

    /// The process id, for measuring its memory.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails with the end of the log when the server has ended by itself.
    ///
    /// # Errors
    /// [`DevStackError::Ended`] when it has.
    pub fn check_alive(&mut self) -> Result<(), DevStackError> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(_) => Err(DevStackError::Ended { server: self.name, log: log_tail(&self.log) }),
        }
    }

    /// All that the log says since this server was started, also by what is left of an earlier one.
    pub(crate) fn said(&self) -> String {
        let mut words = Vec::new();
        if let Ok(mut file) = File::open(&self.log)
            && file.seek(SeekFrom::Start(self.begins)).is_ok()
        {
            file.read_to_end(&mut words).ok();
        }
        String::from_utf8_lossy(&words).into_owned()
    }

    /// Ends the server with SIGKILL and waits until it is gone.
    pub fn kill(mut self) {
        self.kill_now();
    }

    /// Asks a program of ours to stop in order, as its operator would, and kills it when it does not; false then.
    #[must_use]
    pub fn stop(self, patience: Duration) -> bool {
        self.end_by(Signal::TERM, patience)
    }

    /// Asks the server to end at once with its own clean-up, and kills it when it does not.
    pub(crate) fn quit(self, patience: Duration) {
        self.end_by(Signal::QUIT, patience);
    }

    fn end_by(mut self, signal: Signal, patience: Duration) -> bool {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, signal).ok();
        }
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.kill_now();
        false
    }

    fn kill_now(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill_now();
    }
}

/// The last lines of a log, on one line.
fn log_tail(log: &Path) -> String {
    let mut text = String::new();
    if let Ok(mut file) = File::open(log) {
        file.read_to_string(&mut text).ok();
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join(" | ")
}

/// A command and where its child is to be delivered.
type Order = (Command, mpsc::SyncSender<std::io::Result<Child>>);

/// Spawns on the one thread whose end would end the children.
fn spawn(command: Command) -> std::io::Result<Child> {
    static SPAWNER: OnceLock<Option<mpsc::Sender<Order>>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (orders, inbox) = mpsc::channel::<Order>();
        std::thread::Builder::new()
            .name("lotse-servers".to_owned())
            .spawn(move || {
                for (mut command, reply) in inbox {
                    reply.send(command.spawn()).ok();
                }
            })
            .ok()
            .map(|_| orders)
    });
    let gone = || std::io::Error::other("the thread that starts servers could not be started");
    let orders = spawner.as_ref().ok_or_else(gone)?;
    let (reply, child) = mpsc::sync_channel(1);
    orders.send((command, reply)).map_err(|_| gone())?;
    child.recv().map_err(|_| gone())?
}
