//! Where a step or a key stands in the text, so that a fault can name its line.

/// The text of a journey file by lines.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
    steps: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let steps = step_lines(&lines);
        Self { lines, steps }
    }

    /// The line on which a step begins, both from 1; 0 when the layout does not tell.
    pub(super) fn step(&self, number: usize) -> usize {
        self.steps.get(number - 1).copied().unwrap_or_default()
    }

    /// The first line within a step that has `word` in it; the step's own line when there is none.
    pub(super) fn within_step(&self, number: usize, word: &str) -> usize {
        let first = self.step(number);
        if first == 0 {
            return 0;
        }
        let end = self.steps.get(number).map_or(self.lines.len() + 1, |next| *next);
        self.find(first, end, word).unwrap_or(first)
    }

    /// The first line before the steps that has `word` in it; 0 when there is none.
    pub(super) fn in_header(&self, word: &str) -> usize {
        let end = self.steps.first().copied().unwrap_or(self.lines.len() + 1);
        self.find(1, end, word).unwrap_or_default()
    }

    fn find(&self, first: usize, end: usize, word: &str) -> Option<usize> {
        (first..end).find(|line| self.lines.get(line - 1).is_some_and(|text| has_word(text, word)))
    }
}

/// Whether `word` stands in the line, not as a part of a longer word, outside of comments.
fn has_word(line: &str, word: &str) -> bool {
    let line = line.split(" #").next().unwrap_or_default();
    let part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(part_of_word)
            && !line[at + word.len()..].chars().next().is_some_and(part_of_word)
    })
}

/// The lines of the items below `steps:`: all dashes at the depth of the first one.
fn step_lines(lines: &[&str]) -> Vec<usize> {
    let Some(start) = lines.iter().position(|line| line.starts_with("steps:")) else { return Vec::new() };
    let mut depth = None;
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate().skip(start + 1) {
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let indent = line.len() - text.len();
        let dash = text == "-" || text.starts_with("- ");
        match depth {
            None if dash => depth = Some(indent),
            None => break,
            Some(depth) if indent < depth || (indent == depth && !dash) => break,
            Some(depth) if indent > depth => continue,
            Some(_) => {}
        }
        found.push(index + 1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_words_are_found() {
        let text = "journey: x\nsteps:\n  # first\n  - on: 2031-03-03\n    request: { list: [ - ] }\n\n    save:\n      - a\n  - as: anna # save\n";
        let lines = Lines::new(text);
        assert_eq!((lines.step(1), lines.step(2), lines.step(3)), (4, 9, 0));
        assert_eq!(lines.within_step(1, "save"), 7);
        assert_eq!(lines.within_step(2, "save"), 9, "a word in a comment does not count");
        assert_eq!(lines.in_header("journey"), 1);
    }
}
