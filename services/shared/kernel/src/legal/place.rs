//! Where a date is computed: the Land, the municipality by its official key, and the part of it where the law asks for one.

#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

crate::codes! {
    /// One of the sixteen Länder, by its two letters.
    pub enum Land {
        /// Brandenburg.
        BB = "BB",
        /// Berlin.
        BE = "BE",
        /// Baden-Württemberg.
        BW = "BW",
        /// Bayern.
        BY = "BY",
        /// Bremen.
        HB = "HB",
        /// Hessen.
        HE = "HE",
        /// Hamburg.
        HH = "HH",
        /// Mecklenburg-Vorpommern.
        MV = "MV",
        /// Niedersachsen.
        NI = "NI",
        /// Nordrhein-Westfalen.
        NW = "NW",
        /// Rheinland-Pfalz.
        RP = "RP",
        /// Schleswig-Holstein.
        SH = "SH",
        /// Saarland.
        SL = "SL",
        /// Sachsen.
        SN = "SN",
        /// Sachsen-Anhalt.
        ST = "ST",
        /// Thüringen.
        TH = "TH",
    }
}

impl Land {
    /// The first two digits of every municipality key of the Land.
    #[must_use]
    pub const fn key_prefix(self) -> u32 {
        match self {
            Self::SH => 1,
            Self::HH => 2,
            Self::NI => 3,
            Self::HB => 4,
            Self::NW => 5,
            Self::HE => 6,
            Self::RP => 7,
            Self::BW => 8,
            Self::BY => 9,
            Self::SL => 10,
            Self::BE => 11,
            Self::BB => 12,
            Self::MV => 13,
            Self::SN => 14,
            Self::ST => 15,
            Self::TH => 16,
        }
    }

    /// The Land's name in German.
    #[must_use]
    pub const fn german(self) -> &'static str {
        match self {
            Self::BB => "Brandenburg",
            Self::BE => "Berlin",
            Self::BW => "Baden-Württemberg",
            Self::BY => "Bayern",
            Self::HB => "Bremen",
            Self::HE => "Hessen",
            Self::HH => "Hamburg",
            Self::MV => "Mecklenburg-Vorpommern",
            Self::NI => "Niedersachsen",
            Self::NW => "Nordrhein-Westfalen",
            Self::RP => "Rheinland-Pfalz",
            Self::SH => "Schleswig-Holstein",
            Self::SL => "Saarland",
            Self::SN => "Sachsen",
            Self::ST => "Sachsen-Anhalt",
            Self::TH => "Thüringen",
        }
    }
}

crate::codes! {
    /// A part of a municipality in which another holiday holds than in the rest of it.
    pub enum District {
        /// Bautzen, Ortsteil Bolbritz.
        Bolbritz = "BOLBRITZ",
        /// Bautzen, Ortsteil Salzenforst.
        Salzenforst = "SALZENFORST",
        /// Göda, Ortsteil Prischwitz.
        Prischwitz = "PRISCHWITZ",
        /// Großdubrau, Ortsteil Sdier.
        Sdier = "SDIER",
        /// Hoyerswerda, Ortsteil Dörgenhausen.
        Doergenhausen = "DOERGENHAUSEN",
        /// Königswartha, Ortsteil Wartha: the one in which Fronleichnam does not hold.
        Wartha = "WARTHA",
        /// Neschwitz, Ortsteil Neschwitz.
        Neschwitz = "NESCHWITZ",
        /// Neschwitz, Ortsteil Saritsch.
        Saritsch = "SARITSCH",
        /// Anrode, Ortsteil Bickenriede.
        Bickenriede = "BICKENRIEDE",
        /// Anrode, Ortsteil Zella.
        Zella = "ZELLA",
        /// Dünwald, Ortsteil Beberstedt.
        Beberstedt = "BEBERSTEDT",
        /// Dünwald, Ortsteil Hüpstedt.
        Huepstedt = "HUEPSTEDT",
        /// Rodeberg, Ortsteil Struth.
        Struth = "STRUTH",
        /// Dermbach, Ortsteil Föhlritz (formerly Brunnhartshausen).
        Foehlritz = "FOEHLRITZ",
        /// Dermbach, Ortsteil Steinberg (formerly Brunnhartshausen).
        Steinberg = "STEINBERG",
        /// Dermbach, Ortsteil Zella/Rhön.
        ZellaRhoen = "ZELLA_RHOEN",
        /// Any part that is not named here.
        Elsewhere = "ANDERER_ORTSTEIL",
    }
}

/// Why a place does not exist. The text itself is not repeated: it may hold anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// Not eight digits.
    #[error("a municipality key has 8 digits")]
    KeyShape,
    /// The first two digits are those of no Land.
    #[error("the first two digits of a municipality key are those of its Land, 01 to 16")]
    KeyLand,
    /// The key belongs to another Land.
    #[error("the municipality lies in {actual}, not in {expected}")]
    OtherLand {
        /// The Land of the place.
        expected: Land,
        /// The Land of the key.
        actual: Land,
    },
    /// A part was named without its municipality.
    #[error("a part of a municipality needs the municipality's key")]
    DistrictAlone,
}

impl PlaceError {
    /// What is wrong, in German.
    #[must_use]
    pub fn text_de(&self) -> String {
        match self {
            Self::KeyShape => "ein Gemeindeschlüssel (AGS) hat 8 Ziffern".to_owned(),
            Self::KeyLand => {
                "die ersten beiden Ziffern eines Gemeindeschlüssels sind die des Landes, 01 bis 16".to_owned()
            }
            Self::OtherLand { expected, actual } => {
                format!("die Gemeinde liegt in {}, nicht in {}", actual.german(), expected.german())
            }
            Self::DistrictAlone => "ein Ortsteil braucht den Schlüssel seiner Gemeinde".to_owned(),
        }
    }
}

/// The official key of a municipality (Amtlicher Gemeindeschlüssel, AGS): eight digits, of which the first two are the Land.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MunicipalityKey(u32);

impl MunicipalityKey {
    /// The key as a number; `09162000` is 9 162 000.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The Land in which the municipality lies.
    #[must_use]
    pub fn land(self) -> Land {
        let prefix = self.0 / 1_000_000;
        // The constructor lets no other prefix in.
        Land::ALL.iter().copied().find(|land| land.key_prefix() == prefix).unwrap_or(Land::BE)
    }
}

impl FromStr for MunicipalityKey {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PlaceError::KeyShape);
        }
        let number: u32 = text.parse().map_err(|_| PlaceError::KeyShape)?;
        if !(1..=16).contains(&(number / 1_000_000)) {
            return Err(PlaceError::KeyLand);
        }
        Ok(Self(number))
    }
}

impl TryFrom<String> for MunicipalityKey {
    type Error = PlaceError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MunicipalityKey> for String {
    fn from(key: MunicipalityKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for MunicipalityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08}", self.0)
    }
}

impl fmt::Debug for MunicipalityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MunicipalityKey({self})")
    }
}

/// A place as far as the calendar needs to know it: the more is told, the less stays open.
///
/// The municipality always lies in the Land: only [`Place::with_municipality`] sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "PlaceParts", into = "PlaceParts")]
pub struct Place {
    land: Land,
    municipality: Option<MunicipalityKey>,
    district: Option<District>,
}

impl Place {
    /// Somewhere in a Land.
    #[must_use]
    pub const fn of(land: Land) -> Self {
        Self { land, municipality: None, district: None }
    }

    /// In this municipality, in a part that is not told.
    ///
    /// # Errors
    /// [`PlaceError::OtherLand`] if the key is one of another Land.
    pub fn with_municipality(self, key: MunicipalityKey) -> Result<Self, PlaceError> {
        let actual = key.land();
        if actual == self.land {
            Ok(Self { municipality: Some(key), district: None, ..self })
        } else {
            Err(PlaceError::OtherLand { expected: self.land, actual })
        }
    }

    /// In this part of the municipality.
    ///
    /// # Errors
    /// [`PlaceError::DistrictAlone`] if no municipality is set.
    pub fn with_district(self, district: District) -> Result<Self, PlaceError> {
        if self.municipality.is_none() {
            return Err(PlaceError::DistrictAlone);
        }
        Ok(Self { district: Some(district), ..self })
    }

    /// The Land.
    #[must_use]
    pub const fn land(&self) -> Land {
        self.land
    }

    /// The municipality, if it is known.
    #[must_use]
    pub const fn municipality(&self) -> Option<MunicipalityKey> {
        self.municipality
    }

    /// The part of the municipality, if it is known.
    #[must_use]
    pub const fn district(&self) -> Option<District> {
        self.district
    }
}

impl From<Land> for Place {
    fn from(land: Land) -> Self {
        Self::of(land)
    }
}

impl From<MunicipalityKey> for Place {
    fn from(key: MunicipalityKey) -> Self {
        Self { land: key.land(), municipality: Some(key), district: None }
    }
}

/// The fields of a place as they are written down; reading them checks that they fit together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceParts {
    land: Land,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    municipality: Option<MunicipalityKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    district: Option<District>,
}

impl TryFrom<PlaceParts> for Place {
    type Error = PlaceError;

    fn try_from(parts: PlaceParts) -> Result<Self, Self::Error> {
        let mut place = Self::of(parts.land);
        if let Some(key) = parts.municipality {
            place = place.with_municipality(key)?;
        }
        if let Some(district) = parts.district {
            place = place.with_district(district)?;
        }
        Ok(place)
    }
}

impl From<Place> for PlaceParts {
    fn from(place: Place) -> Self {
        Self { land: place.land, municipality: place.municipality, district: place.district }
    }
}
