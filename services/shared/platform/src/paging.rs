//! Keyset pages (AIP-158): a token is the key of the last row shown, bound to the list and its filters.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::failure::Failure;

/// Rows of a page when the client says nothing.
const DEFAULT: i32 = 50;
/// Most rows of a page.
const MOST: i32 = 200;

/// A page as asked for: how many rows, and after which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// Rows on this page.
    pub size: i64,
    /// The key of the last row of the page before; `None` on the first page.
    pub after: Option<K>,
    list: String,
}

/// A day within a key. A token comes from outside: what no calendar of the database knows is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Date", into = "Date")]
pub struct Day(pub Date);

impl TryFrom<Date> for Day {
    type Error = &'static str;

    fn try_from(day: Date) -> Result<Self, Self::Error> {
        if day.year() > 0 { Ok(Self(day)) } else { Err("a day before our era") }
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Self {
        day.0
    }
}

#[derive(Serialize, Deserialize)]
struct Token<K> {
    list: String,
    after: K,
}

impl<K: Serialize + DeserializeOwned> Page<K> {
    /// Reads a page request. `list` names the list with its filters, so that a token of another list is refused.
    ///
    /// # Errors
    /// [`Failure::PageToken`] when the token is not one of this list; [`Failure::Fields`] for a negative size.
    pub fn parse(list: &str, size: i32, token: &str) -> Result<Self, Failure> {
        if size < 0 {
            let violation = tonic_types::FieldViolation::new("page_size", "must not be negative");
            return Err(Failure::Fields(vec![violation]));
        }
        let size = i64::from(if size == 0 { DEFAULT } else { size.min(MOST) });
        let list = URL_SAFE_NO_PAD.encode(&Sha256::digest(list.as_bytes())[..9]);
        if token.is_empty() {
            return Ok(Self { size, after: None, list });
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Failure::PageToken)?;
        let token: Token<K> = serde_json::from_slice(&bytes).map_err(|_| Failure::PageToken)?;
        if token.list != list {
            return Err(Failure::PageToken);
        }
        Ok(Self { size, after: Some(token.after), list })
    }

    /// How many rows to fetch: one more than shown, to know whether there is a next page.
    #[must_use]
    pub const fn fetch(&self) -> i64 {
        self.size + 1
    }

    /// Cuts the fetched rows to the page and makes the next token from the last row shown; empty on the last page.
    pub fn cut<R>(&self, rows: &mut Vec<R>, key: impl Fn(&R) -> K) -> String {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        if rows.len() <= size {
            return String::new();
        }
        rows.truncate(size);
        rows.last().map_or_else(String::new, |last| {
            let token = Token { list: self.list.clone(), after: key(last) };
            serde_json::to_vec(&token).map_or_else(|_| String::new(), |bytes| URL_SAFE_NO_PAD.encode(bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_its_list() {
        let first = Page::<i64>::parse("cases/x", 2, "").expect("a page");
        let mut rows = vec![1, 2, 3];
        let token = first.cut(&mut rows, |row| *row);
        assert_eq!(rows, [1, 2]);
        assert_eq!(Page::<i64>::parse("cases/x", 2, &token).expect("its list").after, Some(2));
        assert!(matches!(Page::<i64>::parse("cases/y", 2, &token), Err(Failure::PageToken)));
        assert!(matches!(Page::<i64>::parse("cases/x", 2, "rubbish"), Err(Failure::PageToken)));
    }

    #[test]
    fn a_day_that_no_list_has_is_no_key() {
        let token = |day| {
            let first = Page::<Date>::parse("duties", 1, "").expect("a page");
            first.cut(&mut vec![day, day], |day| *day)
        };
        let (known, forged) = (jiff::civil::date(2026, 9, 2), jiff::civil::date(-9999, 1, 1));
        assert_eq!(Page::<Day>::parse("duties", 1, &token(known)).expect("its list").after, Some(Day(known)));
        assert!(matches!(Page::<Day>::parse("duties", 1, &token(forged)), Err(Failure::PageToken)));
    }
}
