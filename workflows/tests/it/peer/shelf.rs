//! The records of one kind by name, with what was asked about each and what is to go wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use lotse_proto::notifications::{CreateNoticeRequest, CreateNoticeResponse, NoticeCause};
use tonic::{Code, Request, Response, Status};

use crate::books::Book;

/// A name that must never be found in a history; the peer puts it into every refusal.
pub const CANARY: &str = "Erika Mustermann";

/// When a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before anything was done.
    Before,
    /// After it was done: the answer is lost.
    After,
}

/// What goes wrong with an RPC about a record.
#[derive(Debug, Clone)]
struct Fault {
    rpc: &'static str,
    when: When,
    code: Code,
    left: u32,
}

/// What was asked about a record, and what is to go wrong.
#[derive(Debug, Default)]
pub struct Asked {
    /// Calls that arrived, by RPC.
    pub calls: BTreeMap<&'static str, u32>,
    /// The workflows that called.
    pub callers: BTreeSet<String>,
    /// Request ids by label, code and template of a notice: more than one would have been more than one notice.
    notices: BTreeMap<String, BTreeSet<String>>,
    /// Request ids by kind and cause of a letter.
    letters: BTreeMap<String, BTreeSet<String>>,
    faults: Vec<Fault>,
}

impl Asked {
    /// The notices, each of which was asked for under one request id only.
    pub fn notices(&self) -> Vec<String> {
        once(&self.notices)
    }

    /// The letters, each of which was asked for under one request id only.
    pub fn letters(&self) -> Vec<String> {
        once(&self.letters)
    }

    pub fn letter(&mut self, letter: &str, request_id: &str) {
        self.letters.entry(letter.to_owned()).or_default().insert(request_id.to_owned());
    }

    /// Lets the next `times` calls of an RPC fail.
    pub fn fail(&mut self, rpc: &'static str, when: When, code: Code, times: u32) {
        self.faults.push(Fault { rpc, when, code, left: times });
    }

    /// Ends all faults.
    pub fn mend(&mut self) {
        self.faults.clear();
    }

    /// How many announced failures have not happened.
    pub fn faults_left(&self) -> u32 {
        self.faults.iter().map(|fault| fault.left).sum()
    }

    fn refuse(&mut self, rpc: &str, when: When) -> Result<(), Status> {
        let hit = |fault: &&mut Fault| fault.rpc == rpc && fault.when == when && fault.left > 0;
        match self.faults.iter_mut().find(hit) {
            Some(fault) => {
                fault.left -= 1;
                Err(Status::new(fault.code, CANARY))
            }
            None => Ok(()),
        }
    }
}

fn once(asked: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    for (what, requests) in asked {
        assert_eq!(requests.len(), 1, "{what} was asked for under several request ids");
    }
    asked.keys().cloned().collect()
}

/// All records of one kind.
#[derive(Debug)]
pub struct Shelf<B> {
    kept: Arc<Mutex<BTreeMap<String, (B, Asked)>>>,
}

impl<B> Clone for Shelf<B> {
    fn clone(&self) -> Self {
        Self { kept: Arc::clone(&self.kept) }
    }
}

impl<B> Default for Shelf<B> {
    fn default() -> Self {
        Self { kept: Arc::default() }
    }
}

impl<B: Book> Shelf<B> {
    pub fn keep(&self, name: &str, book: B) {
        self.kept.lock().unwrap().insert(name.to_owned(), (book, Asked::default()));
    }

    /// Looks into or changes a record and what was asked about it.
    pub fn look<R>(&self, name: &str, look: impl FnOnce(&mut B, &mut Asked) -> R) -> R {
        let mut kept = self.kept.lock().unwrap();
        let (book, asked) = kept.get_mut(name).unwrap();
        look(book, asked)
    }

    /// Does the work of an RPC on the record that `resource` belongs to.
    pub fn answer<M, A>(
        &self,
        rpc: &'static str,
        resource: &str,
        request: &Request<M>,
        work: impl FnOnce(&mut B, &mut Asked) -> A,
    ) -> Result<Response<A>, Status> {
        let mut kept = self.kept.lock().unwrap();
        let (book, asked) = kept.get_mut(B::record(resource)).ok_or_else(|| Status::not_found(CANARY))?;
        asked.refuse(rpc, When::Before)?;
        *asked.calls.entry(rpc).or_default() += 1;
        if let Some(caller) = request.metadata().get("lotse-workflow-id") {
            asked.callers.insert(caller.to_str().unwrap().to_owned());
        }
        let answer = work(book, asked);
        asked.refuse(rpc, When::After)?;
        Ok(Response::new(answer))
    }

    /// Keeps a notice.
    pub fn tell(
        &self,
        cause: &NoticeCause,
        request: &Request<CreateNoticeRequest>,
    ) -> Result<Response<CreateNoticeResponse>, Status> {
        let message = request.get_ref();
        assert!(!message.audiences.is_empty(), "somebody is told");
        self.answer("create_notice", &cause.resource, request, |book, asked| {
            let many = if message.duty_count > 1 { format!(" of {}", message.duty_count) } else { String::new() };
            let notice = format!("{}{} {}{many}", book.label(&cause.resource), cause.code, message.template);
            asked.notices.entry(notice).or_default().insert(message.request_id.clone());
            CreateNoticeResponse::default()
        })
    }
}
