//! What a case is found by, and how a name is written so that it is found: pure.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{records::NeedForAction, vocabulary::KeyGroup};

/// A text as search compares names: small letters without marks, umlauts and ligatures as two letters, words with one blank between them.
/// What is neither letter nor digit parts words.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Taken apart, each letter comes before its marks. A diaeresis on a, o or u makes an umlaut; all other marks go.
    for sign in text.nfkd().flat_map(char::to_lowercase) {
        match sign {
            '\u{308}' if plain.ends_with(['a', 'o', 'u']) => plain.push('e'),
            mark if is_combining_mark(mark) => {}
            'æ' => plain.push_str("ae"),
            'ø' | 'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            'þ' => plain.push_str("th"),
            'ł' => plain.push('l'),
            'đ' | 'ð' => plain.push('d'),
            'ı' => plain.push('i'),
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ => plain.push(' '),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same words with umlauts, for whoever types `ue` for `ü`; `neue` becomes no word, and finds nothing.
#[must_use]
pub fn with_umlauts(text: &str) -> String {
    text.to_lowercase().replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")
}

/// The needs of a profile that may be searched, one a line. Leistungsfähigkeit is about health (Art. 9 GDPR, § 67a Abs. 1 SGB X): it is read
/// where somebody opens the case, and nobody makes a list of people by it.
#[must_use]
pub fn searched(needs: &[NeedForAction]) -> String {
    let lines = needs.iter().filter(|need| match need.key_group {
        KeyGroup::Qualification | KeyGroup::Motivation | KeyGroup::Circumstances => true,
        KeyGroup::WorkCapacity => false,
    });
    lines.map(|need| need.obstacle.as_str()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        for (written, expected) in [
            ("Müller", "mueller"),
            ("MU\u{308}LLER", "mueller"),
            ("Mueller", "mueller"),
            ("Groß-Gerau", "gross gerau"),
            ("  D’Angelo,  José ", "d angelo jose"),
            ("Çelik Işık İnci", "celik isik inci"),
            ("Łukasz Wiśniewski", "lukasz wisniewski"),
            ("Nguyễn", "nguyen"),
            ("Søren Æbel", "soeren aebel"),
            ("ﬁnn", "finn"),
            ("%_*\\", ""),
        ] {
            assert_eq!(folded(written), expected, "{written}");
        }
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing(text in ".{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(&folded(&once), &once);
            prop_assert!(!once.contains(['%', '_', '\\', '\0']) && !once.contains("  "));
        }
    }

    #[test]
    fn health_is_not_searched() {
        let need = |key_group, obstacle: &str| NeedForAction { key_group, obstacle: obstacle.to_owned(), severity: 2 };
        let needs = [
            need(KeyGroup::Circumstances, "Schulden"),
            need(KeyGroup::WorkCapacity, "Depression"),
            need(KeyGroup::Qualification, "kein Abschluss"),
            need(KeyGroup::Motivation, "wenig Zuversicht"),
        ];
        assert_eq!(searched(&needs), "Schulden\nkein Abschluss\nwenig Zuversicht");
        assert_eq!(searched(&[]), "");
    }
}
