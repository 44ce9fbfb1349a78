//! What a case is found by, and how a name is written so that it is found: pure.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::{
    german::assessment,
    records::NeedForAction,
    vocabulary::{KeyGroup, ObstacleHolder, PlacementObstacle},
};

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

/// The needs of a profile that may be searched, one a line: the obstacle by its name, and the words. Health is read where somebody opens the case,
/// and nobody makes a list of people by it (Art. 9 GDPR, § 67a Abs. 1 SGB X); what another member of the benefit unit has is nothing by
/// which the person is found.
#[must_use]
pub fn searched(needs: &[NeedForAction]) -> String {
    let lines =
        needs.iter().filter(|need| need.holder == ObstacleHolder::Person && !is_about_health(need)).map(|need| {
            let named = [assessment::obstacle(need.obstacle).unwrap_or_default(), need.text.as_str()];
            named.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(": ")
        });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether a need is about health: by its key group Leistungsfähigkeit, or by its obstacle.
const fn is_about_health(need: &NeedForAction) -> bool {
    let by_group = match need.key_group {
        KeyGroup::Qualification | KeyGroup::Motivation | KeyGroup::Circumstances => false,
        KeyGroup::WorkCapacity => true,
    };
    let by_obstacle = match need.obstacle {
        PlacementObstacle::Psychosocial | PlacementObstacle::Health | PlacementObstacle::AddictionRisk => true,
        PlacementObstacle::Debts
        | PlacementObstacle::Childcare
        | PlacementObstacle::CareOfRelatives
        | PlacementObstacle::Housing
        | PlacementObstacle::Qualification
        | PlacementObstacle::Language
        | PlacementObstacle::WorkExperience
        | PlacementObstacle::AgeOver50
        | PlacementObstacle::LongTermReceipt
        | PlacementObstacle::SocialIsolation
        | PlacementObstacle::DailyLife
        | PlacementObstacle::Other => false,
    };
    by_group || by_obstacle
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
    fn neither_health_nor_what_others_have_is_searched() {
        use {KeyGroup as Group, ObstacleHolder as Holder, PlacementObstacle as Obstacle};
        let need = |key_group, obstacle, holder, text: &str| NeedForAction {
            key_group,
            obstacle,
            holder,
            text: text.to_owned(),
            severity: 2,
            priority: None,
        };
        let needs = [
            need(Group::Circumstances, Obstacle::Debts, Holder::Person, "sieben Gläubiger"),
            need(Group::WorkCapacity, Obstacle::Other, Holder::Person, "Depression"),
            need(Group::Circumstances, Obstacle::AddictionRisk, Holder::Person, "Alkohol"),
            need(Group::Motivation, Obstacle::Psychosocial, Holder::Person, "Krise"),
            need(Group::Circumstances, Obstacle::Health, Holder::Person, "Rücken"),
            need(Group::Circumstances, Obstacle::Debts, Holder::Partner, "Bürgschaft"),
            need(Group::Qualification, Obstacle::Qualification, Holder::Person, ""),
            need(Group::Motivation, Obstacle::Other, Holder::Person, "wenig Zuversicht"),
        ];
        assert_eq!(searched(&needs), "Schulden: sieben Gläubiger\nQualifikationsdefizite\nwenig Zuversicht");
        assert_eq!(searched(&[]), "");
    }
}
