//! A mail server that keeps what it is given (RFC 5321) and misbehaves on request: for the desk, and for tests of what sends mail.

mod conversation;
mod terms;

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use terms::{Account, Mechanism, Protection, Terms};

/// So many messages are kept; the oldest go first.
const KEPT: usize = 10_000;

/// A message the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Address of the envelope's sender.
    pub from: String,
    /// Addresses of the envelope's recipients.
    pub to: Vec<String>,
    /// The message as it was written, with CRLF and without dot-stuffing.
    pub message: String,
    /// Whether it came under TLS.
    pub protected: bool,
    /// The account its client had signed in with.
    pub account: Option<String>,
}

impl Received {
    /// The value of a header on one line; `None` when there is none of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.message.split("\r\n\r\n").next()?;
        let matching = |line: &&str| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        head.split("\r\n").filter(matching).find_map(|line| line[name.len()..].strip_prefix(':')).map(str::trim)
    }
}

/// Where in a conversation the server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Instead of the greeting.
    Greeting,
    /// At the recipient's address.
    Recipient,
    /// After the whole message, which is not kept.
    Message,
    /// After the whole message, which is kept: the client cannot know.
    Kept,
}

/// How the server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// Answers with this reply code.
    Reply(u16),
    /// Closes the connection without a word.
    Drop,
    /// Says nothing any more and keeps the connection open.
    Silence,
}

#[derive(Debug, Default)]
struct State {
    received: VecDeque<Received>,
    once: VecDeque<(Stage, Mischief)>,
    always: Option<(Stage, Mischief)>,
    heard_in_clear: BTreeSet<&'static str>,
}

/// A mail server on a loopback port. It ends with this value.
#[derive(Debug)]
pub struct SmtpSink {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    terms: Terms,
    state: Mutex<State>,
    total: watch::Sender<usize>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to do at this stage, if it is to misbehave here. A single mischief is used up.
    fn mischief(&self, here: Stage) -> Option<Mischief> {
        let mut state = self.state();
        let once = state.once.iter().position(|(at, _)| *at == here).and_then(|index| state.once.remove(index));
        once.or(state.always.filter(|(at, _)| *at == here)).map(|(_, how)| how)
    }

    fn keep(&self, message: Received) {
        let mut state = self.state();
        state.received.push_back(message);
        if state.received.len() > KEPT {
            state.received.pop_front();
        }
        drop(state);
        self.total.send_modify(|total| *total += 1);
    }
}

impl SmtpSink {
    /// Listens on a free loopback port, for everybody and without protection.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::start_on(Terms::default()).await
    }

    /// Listens on a free loopback port, on these terms.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start_on(terms: Terms) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { terms, state: Mutex::default(), total: watch::Sender::new(0) });
        let serving = tokio::spawn(conversation::serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, serving })
    }

    /// Where it listens; to be configured as `smtp://<address>`, or as its terms ask.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything it took so far, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.state().received.iter().cloned().collect()
    }

    /// Waits until it has taken so many messages since its start, and gives what it keeps.
    pub async fn wait_for(&self, messages: usize) -> Vec<Received> {
        // The sender lives in this value, so waiting cannot fail.
        drop(self.shared.total.subscribe().wait_for(|total| *total >= messages).await);
        self.received()
    }

    /// The commands it heard on connections without protection, each once, in the order of the alphabet.
    #[must_use]
    pub fn heard_in_clear(&self) -> Vec<&'static str> {
        self.shared.state().heard_in_clear.iter().copied().collect()
    }

    /// Misbehaves once, when a conversation next comes to that stage.
    pub fn misbehave_once(&self, stage: Stage, mischief: Mischief) {
        self.shared.state().once.push_back((stage, mischief));
    }

    /// Misbehaves at every conversation until told otherwise.
    pub fn misbehave(&self, always: Option<(Stage, Mischief)>) {
        self.shared.state().always = always;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
