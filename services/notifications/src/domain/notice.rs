//! A notice, its recipient and the moment it is read.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    names::{NoticeName, StaffName},
    notice::NoticeTemplate,
};

use super::cause::{Cause, Subject};

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The staff record.
    pub staff_member: StaffName,
    /// E-mail address as it stands in the staff record; whether it can be used is found out by the delivery.
    pub address: String,
    /// Team; empty outside the teams.
    pub team: String,
}

/// What is to be told to whoever it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Why.
    pub cause: Cause,
    /// Which text.
    pub template: NoticeTemplate,
    /// What to open from it, the nearest first; 1 to 5.
    pub subjects: Vec<Subject>,
    /// The date it is about.
    pub due_on: Option<Date>,
    /// Business time at which it came.
    pub at: Timestamp,
}

/// A notice in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its name; the inbox is that of the staff member in it.
    pub name: NoticeName,
    /// Version for the etag.
    pub version: i64,
    /// What it tells.
    pub news: News,
    /// Heading, one line.
    pub title: String,
    /// Text, plain.
    pub body: String,
    /// Business time at which it was marked as read.
    pub read_at: Option<Timestamp>,
}

impl Notice {
    /// Marks it as read; one that was read before stays as it is. `None` when there is nothing to change.
    #[must_use]
    pub fn mark_read(self, at: Timestamp) -> Option<Self> {
        match self.read_at {
            Some(_) => None,
            None => Some(Self { read_at: Some(at), ..self }),
        }
    }
}
