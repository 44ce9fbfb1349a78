//! Every transition from every state: one fits, the others answer which one would.

use jiff::civil::date;

use super::*;

const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn key() -> WrappedKey {
    WrappedKey { key_id: "file/1".into(), bytes: vec![1] }
}

fn rendering() -> Rendering {
    Rendering {
        template_code: "closing".into(),
        template_version: 1,
        written_on: date(2026, 3, 2),
        officer: format!("jobcenters/musterstadt/staff/{ID}").parse().unwrap(),
        file: StoredFile { object: "o".into(), key: key(), size_bytes: 1, sha256: [0; 32] },
    }
}

fn posting() -> Posting {
    Posting {
        posted_on: date(2026, 3, 3),
        deemed_notice_on: date(2026, 3, 7),
        rule_version: "federal/NOTICE_FICTION/2".to_owned(),
    }
}

fn letters() -> Vec<Letter> {
    let offer = Offer { offered_on: date(2026, 3, 2), reminders: 0 };
    [
        LetterState::Requested(Draft { ciphertext: Vec::new(), key: key() }),
        LetterState::Rendered(rendering()),
        LetterState::ReadyToPost(rendering(), offer),
        LetterState::Posted(rendering(), offer, posting()),
        LetterState::Failed(Failure::FactsMissing, None),
    ]
    .map(|state| Letter {
        name: format!("jobcenters/musterstadt/cases/{ID}/letters/{ID}").parse().unwrap(),
        kind: LetterKind::Closing,
        cause: format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}").parse().unwrap(),
        state,
        version: 1,
        event_seq: 1,
    })
    .into()
}

type Act = fn(Letter) -> Result<Letter, WrongState>;

#[test]
fn each_act_fits_one_state() {
    let acts: [(&str, &str, Act); 5] = [
        ("REQUESTED", "RENDERED", |letter| letter.rendered(rendering())),
        ("REQUESTED", "FAILED", |letter| letter.failed(Failure::TemplateFaulty, None)),
        ("RENDERED", "READY_TO_POST", |letter| letter.offered(date(2026, 3, 2))),
        ("READY_TO_POST", "READY_TO_POST", Letter::reminded),
        ("READY_TO_POST", "POSTED", |letter| letter.posted(posting())),
    ];
    for (from, to, act) in acts {
        for letter in letters() {
            let state = letter.state.as_str();
            match act(letter) {
                Ok(after) => assert_eq!((state, after.state.as_str()), (from, to)),
                Err(wrong) => {
                    assert_eq!(wrong, WrongState { state, allowed: from });
                    assert_ne!(state, from);
                }
            }
        }
    }
}

#[test]
fn reminders_are_counted_and_words_are_read_back() {
    let ready = letters().remove(2);
    let LetterState::ReadyToPost(_, offer) = ready.reminded().unwrap().reminded().unwrap().state else { panic!() };
    assert_eq!(offer.reminders, 2);
    for failure in Failure::ALL {
        assert_eq!(Failure::from_word(failure.as_str()), Some(failure));
    }
}
