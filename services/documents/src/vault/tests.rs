//! The vault under attack: every change, cut, swap and mix-up is seen.

use proptest::prelude::*;

use super::*;

/// A folder of keys that is gone with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lotse-vault-{}-{name}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        Self(path)
    }

    fn vault(&self) -> Vault {
        Vault::new(Arc::new(FileKeys::new(self.0.clone(), true)))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

const DOCUMENT: Uuid = Uuid::from_u128(7);

const FILE: Label<'static> = Label { jobcenter: "musterstadt", document: DOCUMENT, purpose: Purpose::File };

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from(index % 251).unwrap()).collect()
}

#[test]
fn contents_of_every_awkward_length_come_back() {
    let folder = Folder::new("lengths");
    let vault = folder.vault();
    for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 17] {
        let sealed = vault.seal(FILE, &content(length)).unwrap();
        assert_eq!(sealed.ciphertext.len(), sealed_len(length));
        assert_eq!(vault.open(FILE, &sealed.key, &sealed.ciphertext).unwrap(), content(length));
    }
}

#[test]
fn pieces_of_any_size_give_the_same_content() {
    let folder = Folder::new("pieces");
    let vault = folder.vault();
    let sealed = vault.seal(FILE, &content(150_000)).unwrap();
    for size in [1_000, 65_536, 65_552, 65_553, 200_000] {
        let mut opener = vault.opener(FILE, &sealed.key).unwrap();
        let mut whole = Vec::new();
        for piece in sealed.ciphertext.chunks(size) {
            opener.push(piece);
            while let Some(chunk) = opener.next_chunk().unwrap() {
                whole.extend(chunk);
            }
        }
        whole.extend(opener.finish().unwrap());
        assert_eq!(whole, content(150_000));
    }
}

#[test]
fn what_is_cut_lengthened_or_reordered_does_not_open() {
    let folder = Folder::new("cuts");
    let vault = folder.vault();
    let sealed = vault.seal(FILE, &content(3 * CHUNK_BYTES)).unwrap();
    let chunk = CHUNK_BYTES + 16;
    let damage = |ciphertext: &[u8]| match vault.open(FILE, &sealed.key, ciphertext) {
        Err(OpenError::Damaged(damage)) => damage.chunk,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it opened"),
    };
    assert_eq!(damage(&sealed.ciphertext[..2 * chunk]), 1, "a whole chunk was cut off");
    assert_eq!(damage(&sealed.ciphertext[..chunk]), 0);
    assert_eq!(damage(&[]), 0);
    assert_eq!(damage(&sealed.ciphertext[..3 * chunk - 1]), 2);
    assert_eq!(damage(&[sealed.ciphertext.as_slice(), b"x"].concat()), 2);
    assert_eq!(damage(&[&sealed.ciphertext[..], &sealed.ciphertext[2 * chunk..]].concat()), 2);
    let (first, rest) = sealed.ciphertext.split_at(chunk);
    assert_eq!(damage(&[&rest[..chunk], first, &rest[chunk..]].concat()), 0, "two chunks were swapped");
}

#[test]
fn a_content_opens_only_under_its_own_label() {
    let folder = Folder::new("labels");
    let vault = folder.vault();
    let sealed = vault.seal(FILE, b"Inhalt").unwrap();
    let other_document = Label { document: Uuid::from_u128(8), ..FILE };
    let other_purpose = Label { purpose: Purpose::Draft, ..FILE };
    for label in [other_document, other_purpose] {
        assert!(matches!(vault.open(label, &sealed.key, &sealed.ciphertext), Err(OpenError::Key(KeyError::Mismatch))));
    }
    let elsewhere = Label { jobcenter: "anderstadt", ..FILE };
    vault.seal(elsewhere, b"").unwrap();
    assert!(matches!(vault.open(elsewhere, &sealed.key, &sealed.ciphertext), Err(OpenError::Key(KeyError::Mismatch))));
    let twin = vault.seal(FILE, b"Inhalt").unwrap();
    assert_ne!(twin.ciphertext, sealed.ciphertext, "every content has a key of its own");
    assert!(matches!(vault.open(FILE, &twin.key, &sealed.ciphertext), Err(OpenError::Damaged(_))));
}

#[test]
fn a_new_key_wraps_and_the_old_one_still_unwraps() {
    let folder = Folder::new("rotation");
    let vault = folder.vault();
    let old = vault.seal(FILE, b"alt").unwrap();
    std::fs::write(folder.0.join("musterstadt.2.key"), [9; 32]).unwrap();
    let new = vault.seal(FILE, b"neu").unwrap();
    assert_eq!((old.key.key_id.as_str(), new.key.key_id.as_str()), ("file/1", "file/2"));
    assert_eq!(vault.open(FILE, &old.key, &old.ciphertext).unwrap(), b"alt");
    std::fs::remove_file(folder.0.join("musterstadt.1.key")).unwrap();
    assert!(matches!(vault.open(FILE, &old.key, &old.ciphertext), Err(OpenError::Key(KeyError::Missing { .. }))));
    assert_eq!(vault.open(FILE, &new.key, &new.ciphertext).unwrap(), b"neu");
}

#[test]
fn without_leave_no_key_is_made_and_a_bad_file_is_told() {
    let folder = Folder::new("strict");
    let vault = Vault::new(Arc::new(FileKeys::new(folder.0.clone(), false)));
    assert!(matches!(vault.seal(FILE, b""), Err(KeyError::Missing { .. })));
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("musterstadt.1.key"), [1; 31]).unwrap();
    assert!(matches!(vault.seal(FILE, b""), Err(KeyError::Malformed { .. })));
}

#[test]
fn two_processes_make_one_key() {
    let folder = Folder::new("race");
    let sealed: Vec<Sealed> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| folder.vault().seal(FILE, b"x").unwrap())).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let vault = folder.vault();
    for sealed in sealed {
        assert_eq!(vault.open(FILE, &sealed.key, &sealed.ciphertext).unwrap(), b"x");
    }
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_flipped_bit_anywhere_is_seen(length in 0_usize..70_000, place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let folder = Folder::new(&format!("flip-{length}-{bit}"));
        let vault = folder.vault();
        let mut sealed = vault.seal(FILE, &content(length)).unwrap();
        let place = place.index(sealed.ciphertext.len());
        sealed.ciphertext[place] ^= 1 << bit;
        prop_assert!(matches!(vault.open(FILE, &sealed.key, &sealed.ciphertext), Err(OpenError::Damaged(_))));
    }
}
