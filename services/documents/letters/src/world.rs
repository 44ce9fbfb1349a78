//! The world a template lives in: its own text, the sheets, the data and the embedded fonts; nothing else exists.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::fonts::FontStore;

use crate::catalogue::SHEETS;

/// What all letters share; built once.
struct Shared {
    library: LazyHash<Library>,
    fonts: FontStore,
    sheets: Vec<Source>,
    main: FileId,
    data: FileId,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    Shared {
        library: LazyHash::new(Library::default()),
        fonts,
        sheets: SHEETS.iter().map(|(path, text)| Source::new(file(path), (*text).to_owned())).collect(),
        main: file("/letter.typ"),
        data: file("/data.json"),
    }
});

/// The id of a path that is known to be well formed: all of them stand in this crate.
fn file(path: &str) -> FileId {
    let path = VirtualPath::new(path).unwrap_or_else(|_| unreachable!("the paths of this crate are well formed"));
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

/// Says whether an embedded font has a glyph for a visible character. Characters of private areas have no agreed
/// meaning, which PDF/A-2a forbids in text.
pub(crate) fn can_print(character: char) -> bool {
    let private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    if character.is_control() || private {
        return false;
    }
    let book = SHARED.fonts.book();
    (0..).map_while(|index| book.info(index)).any(|font| font.coverage.contains(u32::from(character)))
}

/// One letter being made.
pub(crate) struct LetterWorld {
    main: Source,
    data: Bytes,
}

impl LetterWorld {
    /// A world of one template and its data (a JSON object).
    pub(crate) fn new(template: &str, data: String) -> Self {
        Self { main: Source::new(SHARED.main, template.to_owned()), data: Bytes::from_string(data) }
    }
}

impl World for LetterWorld {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        SHARED.fonts.book()
    }

    fn main(&self) -> FileId {
        SHARED.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == SHARED.main {
            return Ok(self.main.clone());
        }
        SHARED.sheets.iter().find(|sheet| sheet.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == SHARED.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED.fonts.font(index)
    }

    // A letter has the date its data gives it; a template that asks for today fails.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
