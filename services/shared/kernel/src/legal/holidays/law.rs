//! What the holiday laws say: in which Länder a holiday holds in a year, and by which provision.

use super::{
    Holiday,
    Holiday::{
        AllSaintsDay, AscensionDay, AssumptionDay, ChristmasDay, CorpusChristi, EasterMonday, EasterSunday, Epiphany,
        GermanUnityDay, GoodFriday, LabourDay, LiberationDay, NewYear, PeaceFestival, ReformationDay, RepentanceDay,
        SecondChristmasDay, UprisingDay, WhitMonday, WhitSunday, WomensDay, WorldChildrensDay,
    },
};
use crate::legal::place::Land::{self, BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH};

/// A set of Länder, one bit each in the order of `Land::ALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lands(u16);

impl Lands {
    const NONE: Self = Self(0);
    const ALL: Self = Self(u16::MAX);

    const fn of(lands: &[Land]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < lands.len() {
            bits |= 1 << lands[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    const fn and(self, lands: &[Land]) -> Self {
        Self(self.0 | Self::of(lands).0)
    }

    /// Whether the Land belongs to the set.
    pub(super) const fn contains(self, land: Land) -> bool {
        self.0 & (1 << land as u16) != 0
    }
}

/// The Länder that keep a holiday everywhere in the Land in this year.
///
/// The history begins with 2005: earlier years are answered by the law of 2005, later ones by the law as last known. Only the day
/// of German unity is older than that and has its own beginning.
pub(super) const fn lands(holiday: Holiday, year: i16) -> Lands {
    match holiday {
        NewYear | GoodFriday | EasterMonday | LabourDay | AscensionDay | WhitMonday | ChristmasDay
        | SecondChristmasDay => Lands::ALL,
        GermanUnityDay if year >= 1990 => Lands::ALL,
        Epiphany => Lands::of(&[BW, BY, ST]),
        WomensDay if year >= 2023 => Lands::of(&[BE, MV]),
        WomensDay if year >= 2019 => Lands::of(&[BE]),
        // In Hessen every Sunday is a holiday by law; Brandenburg names these two.
        EasterSunday | WhitSunday => Lands::of(&[BB, HE]),
        LiberationDay if year == 2020 || year == 2025 => Lands::of(&[BE]),
        UprisingDay if year == 2028 => Lands::of(&[BE]),
        CorpusChristi => Lands::of(&[BW, BY, HE, NW, RP, SL]),
        AssumptionDay => Lands::of(&[SL]),
        WorldChildrensDay if year >= 2019 => Lands::of(&[TH]),
        ReformationDay if year == 2017 => Lands::ALL,
        ReformationDay if year >= 2018 => REFORMATION.and(&[HB, HH, NI, SH]),
        ReformationDay => REFORMATION,
        AllSaintsDay => Lands::of(&[BW, BY, NW, RP, SL]),
        RepentanceDay => Lands::of(&[SN]),
        GermanUnityDay | WomensDay | LiberationDay | UprisingDay | WorldChildrensDay | PeaceFestival => Lands::NONE,
    }
}

/// The Länder that kept 31 October before 2017 already.
const REFORMATION: Lands = Lands::of(&[BB, MV, SN, ST, TH]);

/// The Länder in which it depends on the municipality.
pub(super) const fn by_municipality(holiday: Holiday) -> Lands {
    match holiday {
        CorpusChristi => Lands::of(&[SN, TH]),
        AssumptionDay | PeaceFestival => Lands::of(&[BY]),
        _ => Lands::NONE,
    }
}

impl Holiday {
    /// The provision by which the day is a holiday in this Land in this year, as German law is cited.
    #[must_use]
    pub const fn legal_basis(self, land: Land, year: i16) -> &'static str {
        match (self, land) {
            (GermanUnityDay, _) => "Art. 2 Abs. 2 Einigungsvertrag",
            (EasterSunday | WhitSunday, HE) => "§ 1 Abs. 1 Nr. 1 HFeiertagsG (jeder Sonntag)",
            (AssumptionDay, BY) => "Art. 1 Abs. 1 Nr. 2 FTG (Bayern)",
            (PeaceFestival, _) => "Art. 1 Abs. 2 FTG (Bayern)",
            (CorpusChristi, SN) => "§ 1 Abs. 1 SächsSFG mit FronleichnamsVO",
            (CorpusChristi, TH) => "§ 2 Abs. 2, § 10 Abs. 1 ThürFGtG",
            (LiberationDay | UprisingDay, _) => "§ 1 Feiertagsgesetz Berlin (einmalig)",
            (ReformationDay, _) if year == 2017 && !REFORMATION.contains(land) => {
                "Regelung des Landes für den 31.10.2017 (einmalig)"
            }
            _ => statute(land),
        }
    }
}

/// Where a Land lists its holidays.
const fn statute(land: Land) -> &'static str {
    match land {
        BB => "§ 2 FTG (Brandenburg)",
        BE => "§ 1 Feiertagsgesetz Berlin",
        BW => "§ 1 FTG (Baden-Württemberg)",
        BY => "Art. 1 Abs. 1 FTG (Bayern)",
        HB => "§ 2 Feiertagsgesetz Bremen",
        HE => "§ 1 HFeiertagsG",
        HH => "§ 1 Feiertagsgesetz Hamburg",
        MV => "§ 2 FTG M-V",
        NI => "§ 2 NFeiertagsG",
        NW => "§ 2 Feiertagsgesetz NW",
        RP => "§ 2 LFtG (Rheinland-Pfalz)",
        SH => "§ 2 SFTG (Schleswig-Holstein)",
        SL => "§ 2 SFG (Saarland)",
        SN => "§ 1 SächsSFG",
        ST => "§ 2 FeiertG LSA",
        TH => "§ 2 Abs. 1 ThürFGtG",
    }
}
