//! One conversation in SMTP, the way the mail server leads it.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Mischief, Received, Shared, Stage};

/// Longest command line in bytes; RFC 5321 allows 512, extensions some more.
const LONGEST_LINE: u64 = 2048;
/// Largest message in bytes.
const LARGEST_MESSAGE: usize = 1024 * 1024;

/// Talks with every client that comes, until it is dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut conversations = JoinSet::new();
    // A connection that fails to be accepted was the client's; a conversation that fails is the client's to repeat.
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        conversations.spawn(async move { drop(Conversation::of(stream, shared).run().await) });
        while conversations.try_join_next().is_some() {}
    }
}

/// What a command line came to.
enum Step {
    Reply(u16, &'static str),
    Data,
    Quit,
}

struct Conversation {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shared: Arc<Shared>,
    from: Option<String>,
    to: Vec<String>,
}

impl Conversation {
    fn of(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer, shared, from: None, to: Vec::new() }
    }

    async fn run(mut self) -> io::Result<()> {
        self.at(Stage::Greeting).await?;
        self.reply(220, "localhost ready").await?;
        loop {
            let line = self.line(LONGEST_LINE).await?;
            match self.command(line.trim_end()).await? {
                Step::Reply(code, text) => self.reply(code, text).await?,
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
        Ok(match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.writer.write_all(b"250-localhost\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n").await?;
                self.reset(250, "SIZE 1048576")
            }
            "HELO" => self.reset(250, "localhost"),
            "RSET" => self.reset(250, "forgotten"),
            "NOOP" => Step::Reply(250, "fine"),
            "VRFY" => Step::Reply(252, "send it and see"),
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
            "QUIT" => Step::Quit,
            _ => Step::Reply(502, "not here"),
        })
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
        self.shared.keep(Received { from, to: std::mem::take(&mut self.to), message });
        self.at(Stage::Kept).await?;
        self.reply(250, "kept").await
    }

    async fn line(&mut self, longest: u64) -> io::Result<String> {
        let mut line = String::new();
        (&mut self.reader).take(longest).read_line(&mut line).await?;
        if line.ends_with("\r\n") { Ok(line) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    async fn reply(&mut self, code: u16, text: &str) -> io::Result<()> {
        self.writer.write_all(format!("{code} {text}\r\n").as_bytes()).await
    }
}

/// The address in `FROM:<address> PARAMETERS`; empty for the null sender.
fn path(argument: &str, word: &str) -> Option<String> {
    let start = argument.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word))?;
    let rest = argument[start.len()..].trim_start().strip_prefix('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}
