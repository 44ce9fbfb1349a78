//! One conversation in SMTP, the way the mail server leads it.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::terms::{Mechanism, Protection, question};
use super::{Mischief, Received, Shared, Stage};

/// Longest command line in bytes; RFC 5321 allows 512, extensions some more.
const LONGEST_LINE: u64 = 2048;
/// Largest message in bytes.
const LARGEST_MESSAGE: usize = 1024 * 1024;
/// The commands the server knows.
const VERBS: [&str; 11] = ["AUTH", "DATA", "EHLO", "HELO", "MAIL", "NOOP", "QUIT", "RCPT", "RSET", "STARTTLS", "VRFY"];

/// Talks with every client that comes, until it is dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut conversations = JoinSet::new();
    // A connection that fails to be accepted was the client's; a conversation that fails is the client's to repeat.
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        conversations.spawn(async move { drop(Conversation::begin(stream, shared).await) });
        while conversations.try_join_next().is_some() {}
    }
}

/// A connection, with or without TLS.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

async fn secured(wire: impl Wire + 'static, config: &Arc<ServerConfig>) -> io::Result<Box<dyn Wire>> {
    Ok(Box::new(TlsAcceptor::from(Arc::clone(config)).accept(wire).await?))
}

/// What a command line came to.
enum Step {
    Reply(u16, &'static str),
    Greet,
    Secure(Arc<ServerConfig>),
    SignIn(Mechanism, String),
    Data,
    Quit,
}

struct Conversation {
    wire: BufReader<Box<dyn Wire>>,
    shared: Arc<Shared>,
    protected: bool,
    account: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl Conversation {
    async fn begin(stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
        let (wire, protected): (Box<dyn Wire>, bool) = match &shared.terms.protection {
            Some(Protection::FromTheFirstByte(config)) => (secured(stream, config).await?, true),
            Some(Protection::StartTls(_)) | None => (Box::new(stream), false),
        };
        Self { wire: BufReader::new(wire), shared, protected, account: None, from: None, to: Vec::new() }.run().await
    }

    async fn run(mut self) -> io::Result<()> {
        self.at(Stage::Greeting).await?;
        self.reply(220, "localhost ready").await?;
        loop {
            let line = self.line(LONGEST_LINE).await?;
            match self.command(line.trim_end()).await? {
                Step::Reply(code, text) => self.reply(code, text).await?,
                Step::Greet => self.greet().await?,
                Step::Secure(config) => self = self.secure(&config).await?,
                Step::SignIn(mechanism, answer) => self.sign_in(mechanism, answer).await?,
                Step::Data => self.data().await?,
                Step::Quit => return self.reply(221, "bye").await,
            }
        }
    }

    /// Misbehaves here if so told; an error ends the conversation.
    async fn at(&mut self, stage: Stage) -> io::Result<()> {
        match self.shared.mischief(stage) {
            None => Ok(()),
            Some(Mischief::Reply(code)) => {
                self.reply(code, "as told").await?;
                Err(io::ErrorKind::ConnectionAborted.into())
            }
            Some(Mischief::Drop) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Mischief::Silence) => std::future::pending().await,
        }
    }

    async fn command(&mut self, line: &str) -> io::Result<Step> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = VERBS.into_iter().find(|known| known.eq_ignore_ascii_case(verb)).unwrap_or_default();
        if !self.protected {
            self.shared.state().heard_in_clear.insert(verb);
        }
        Ok(match verb {
            "EHLO" => Step::Greet,
            "HELO" => self.reset(250, "localhost"),
            "RSET" => self.reset(250, "forgotten"),
            "NOOP" => Step::Reply(250, "fine"),
            "VRFY" => Step::Reply(252, "send it and see"),
            "QUIT" => Step::Quit,
            "STARTTLS" => match self.offered() {
                Some(config) => Step::Secure(config),
                None => Step::Reply(502, "not here"),
            },
            "AUTH" | "MAIL" if self.offered().is_some() => Step::Reply(530, "STARTTLS first"),
            "AUTH" => self.chosen(rest),
            "MAIL" if self.shared.terms.account.is_some() && self.account.is_none() => {
                Step::Reply(530, "sign in first")
            }
            "MAIL" if self.from.is_some() => Step::Reply(503, "one sender at a time"),
            "MAIL" => match path(rest, "FROM:") {
                Some(from) => {
                    self.from = Some(from);
                    Step::Reply(250, "sender taken")
                }
                None => Step::Reply(501, "MAIL FROM:<address>"),
            },
            "RCPT" if self.from.is_none() => Step::Reply(503, "the sender first"),
            "RCPT" => match path(rest, "TO:").filter(|to| !to.is_empty()) {
                Some(to) => {
                    self.at(Stage::Recipient).await?;
                    self.to.push(to);
                    Step::Reply(250, "recipient taken")
                }
                None => Step::Reply(501, "RCPT TO:<address>"),
            },
            "DATA" if self.to.is_empty() => Step::Reply(503, "the recipients first"),
            "DATA" => Step::Data,
            _ => Step::Reply(502, "not here"),
        })
    }

    /// The protection a client can ask for now.
    fn offered(&self) -> Option<Arc<ServerConfig>> {
        match &self.shared.terms.protection {
            Some(Protection::StartTls(config)) if !self.protected => Some(Arc::clone(config)),
            _ => None,
        }
    }

    /// What follows `AUTH <mechanism> [answer]`.
    fn chosen(&self, argument: &str) -> Step {
        let (name, answer) = argument.split_once(' ').unwrap_or((argument, ""));
        match &self.shared.terms.account {
            Some(account) if account.mechanism.name().eq_ignore_ascii_case(name) => {
                Step::SignIn(account.mechanism, answer.to_owned())
            }
            _ => Step::Reply(504, "not this mechanism"),
        }
    }

    async fn greet(&mut self) -> io::Result<()> {
        (self.from, self.to) = (None, Vec::new());
        let mut lines = "250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n".to_owned();
        match (&self.shared.terms.account, self.offered()) {
            (_, Some(_)) => lines += "250-STARTTLS\r\n",
            (Some(account), None) => {
                lines = lines + "250-AUTH " + account.mechanism.name() + "\r\n";
            }
            (None, None) => {}
        }
        self.write(&(lines + "250 SIZE 1048576\r\n")).await
    }

    /// Goes on under TLS. What was said before counts for nothing, and what was sent ahead of it is thrown away (RFC 3207).
    async fn secure(mut self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        self.reply(220, "go ahead").await?;
        let wire = secured(self.wire.into_inner(), config).await?;
        let wire = BufReader::new(wire);
        Ok(Self { wire, protected: true, account: None, from: None, to: Vec::new(), shared: self.shared })
    }

    async fn sign_in(&mut self, mechanism: Mechanism, answer: String) -> io::Result<()> {
        let Some(account) = self.shared.terms.account.clone() else { return self.reply(503, "no accounts here").await };
        let right = match mechanism {
            Mechanism::Plain if answer.is_empty() => account.is_plain(&self.ask("").await?),
            Mechanism::Plain => account.is_plain(&answer),
            Mechanism::Login => {
                let user = if answer.is_empty() { self.ask("Username:").await? } else { answer };
                account.is_login(&user, &self.ask("Password:").await?)
            }
        };
        if !right {
            return self.reply(535, "name or password are wrong").await;
        }
        self.account = Some(account.user);
        self.reply(235, "welcome").await
    }

    async fn ask(&mut self, words: &str) -> io::Result<String> {
        self.reply(334, &question(words)).await?;
        Ok(self.line(LONGEST_LINE).await?.trim_end().to_owned())
    }

    fn reset(&mut self, code: u16, text: &'static str) -> Step {
        (self.from, self.to) = (None, Vec::new());
        Step::Reply(code, text)
    }

    async fn data(&mut self) -> io::Result<()> {
        self.reply(354, "end with a dot").await?;
        let mut message = String::new();
        loop {
            let line = self.line(LARGEST_MESSAGE as u64).await?;
            if line == ".\r\n" {
                break;
            }
            message.push_str(line.strip_prefix('.').unwrap_or(&line));
            if message.len() > LARGEST_MESSAGE {
                self.reply(552, "too large").await?;
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        self.at(Stage::Message).await?;
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let account = self.account.clone();
        self.shared.keep(Received { from, to, message, protected: self.protected, account });
        self.at(Stage::Kept).await?;
        self.reply(250, "kept").await
    }

    async fn line(&mut self, longest: u64) -> io::Result<String> {
        let mut line = String::new();
        (&mut self.wire).take(longest).read_line(&mut line).await?;
        if line.ends_with("\r\n") { Ok(line) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    async fn reply(&mut self, code: u16, text: &str) -> io::Result<()> {
        self.write(&format!("{code} {text}\r\n")).await
    }

    async fn write(&mut self, text: &str) -> io::Result<()> {
        self.wire.write_all(text.as_bytes()).await?;
        // TLS keeps records back until it is told to let them go.
        self.wire.flush().await
    }
}

/// The address in `FROM:<address> PARAMETERS`; empty for the null sender.
fn path(argument: &str, word: &str) -> Option<String> {
    let start = argument.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
    let rest = argument[start.len()..].trim_start().strip_prefix('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}
