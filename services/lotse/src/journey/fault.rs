//! What is wrong with a journey file: every fault with its line and step, all of them at once.

use std::fmt;

use thiserror::Error;

/// One fault of a journey file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 when no line is to blame.
    pub line: usize,
    /// The step, from 1, when the fault is in one.
    pub step: Option<usize>,
    /// What is wrong, and what would be right.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(formatter, "line {}: ", self.line)?;
        }
        if let Some(step) = self.step {
            write!(formatter, "step {step}: ")?;
        }
        formatter.write_str(&self.text)
    }
}

/// A journey file that cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct Faults {
    /// The file's name.
    pub file: String,
    /// Every fault, in the order of the file.
    pub faults: Vec<Fault>,
}

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} has {} fault(s)", self.file, self.faults.len())?;
        for fault in &self.faults {
            write!(formatter, "\n  {}: {fault}", self.file)?;
        }
        Ok(())
    }
}

/// `word`, with the nearest of the words that would be right.
pub(super) fn unknown<'a>(what: &str, word: &str, right: impl IntoIterator<Item = &'a str>) -> String {
    let right: Vec<&str> = right.into_iter().collect();
    let nearest = right.iter().map(|candidate| (distance(word, candidate), *candidate)).min();
    match nearest {
        Some((steps, candidate)) if steps <= 2.max(word.chars().count() / 3) => {
            format!("unknown {what} `{word}`; did you mean `{candidate}`?")
        }
        _ if !right.is_empty() && right.len() <= 12 => {
            format!("unknown {what} `{word}`; there are {}", right.join(", "))
        }
        _ => format!("unknown {what} `{word}`"),
    }
}

/// How many letters have to be put in, taken out or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_told_with_the_right_word() {
        assert_eq!(distance("DecideReviews", "DecideReview"), 1);
        assert_eq!(unknown("key", "expct", ["expect", "fails"]), "unknown key `expct`; did you mean `expect`?");
        assert_eq!(unknown("key", "zzzzzz", ["as", "on"]), "unknown key `zzzzzz`; there are as, on");
    }
}
