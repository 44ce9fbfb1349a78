//! What may be asked at the terminal. Days, numbers and places stay as they are typed, so that all that is wrong is told at once.

use clap::{Args, Subcommand, ValueEnum};
use lotse_kernel::legal::{MonthPoint, question::EndRule};

/// A question and the manner of its answer.
#[derive(Debug, Clone, Args)]
pub struct Explain {
    #[command(subcommand)]
    pub(super) question: Question,
    #[command(flatten)]
    pub(super) whom: Whom,
    /// Print JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Answer in English.
    #[arg(long, global = true)]
    pub(super) english: bool,
}

/// Who answers: this release on the spot, or a running Lotse for one of its jobcenters.
#[derive(Debug, Clone, Args)]
pub(super) struct Whom {
    /// Ask a running Lotse, which knows what the jobcenter changed: the address of its public API.
    #[arg(long, global = true, value_name = "URL")]
    pub(super) against: Option<String>,
    /// With --against: the token of somebody of that jobcenter. Without it the variable `LOTSE_TOKEN` counts, which no list of
    /// processes shows.
    #[arg(long, global = true, allow_hyphen_values = true)]
    pub(super) token: Option<String>,
    /// With --against: the jobcenter whose policies and place count.
    #[arg(long, global = true, value_name = "ID")]
    pub(super) jobcenter: Option<String>,
}

/// What is asked.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Question {
    /// When a period ends: `explain deadline --from 2026-08-31 --months 6 --shift backward --place BY/09761000`.
    Deadline(Box<Deadline>),
    /// When a duty of the catalogue is due: `explain timer T2 --t0 2026-08-31 --slot 3`.
    Timer(Timer),
    /// When an act counts as known: `explain notice --posted 2026-03-02 --channel post`.
    Notice(Notice),
    /// Until when an objection may be made: `explain objection --posted 2026-03-02`, or `--known 2026-03-06`.
    Objection(Objection),
    /// When a person has completed an age: `explain age --born 2001-06-15 --years 25`; without years, the age limit (§ 7a SGB II).
    Age(Age),
    /// What a day is somewhere: `explain day 2026-11-18 --place SN`.
    Day(Day),
    /// The holidays of a place: `explain holidays 2026 --place BY`.
    Holidays(Holidays),
    /// The version of a policy that governs a fact: `explain policy MEDIATION --on 2026-06-30`; without a key, all keys.
    Policy(Policy),
}

impl Question {
    /// Whose holidays are asked for, as typed.
    pub(super) fn place(&self) -> &str {
        match self {
            Self::Deadline(asked) => &asked.at_place.place,
            Self::Timer(asked) => &asked.at_place.place,
            Self::Notice(asked) => &asked.at_place.place,
            Self::Objection(asked) => &asked.at_place.place,
            Self::Day(asked) => &asked.at_place.place,
            Self::Holidays(asked) => &asked.at_place.place,
            Self::Age(_) | Self::Policy(_) => "",
        }
    }
}

/// Whose holidays count.
#[derive(Debug, Clone, Args)]
pub(super) struct At {
    /// Land, municipality key (AGS), part of the municipality: BY, 09761000, BY/09761000, SN/14625020/WARTHA. Without it, the
    /// holidays that all Länder keep; with --against, those of the jobcenter.
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(super) place: String,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Deadline {
    /// The day of an event, which is not counted (§ 187 Abs. 1 BGB).
    #[arg(long, value_name = "DATE", required_unless_present_any = ["first_day", "former_end"], conflicts_with_all = ["first_day", "former_end"])]
    pub(super) from: Option<String>,
    /// The first day, which is counted (§ 187 Abs. 2 BGB).
    #[arg(long, value_name = "DATE", conflicts_with = "former_end")]
    pub(super) first_day: Option<String>,
    /// The end of an old period that is extended (§ 190 BGB).
    #[arg(long, value_name = "DATE")]
    pub(super) former_end: Option<String>,
    #[command(flatten)]
    pub(super) length: Lengths,
    /// Half a month more, whose 15 days count last (§ 189 Abs. 2 BGB).
    #[arg(long, requires = "length")]
    pub(super) and_half_month: bool,
    /// Which link of a chain of such periods, each counted from the start.
    #[arg(long, value_name = "N", default_value = "1", allow_hyphen_values = true)]
    pub(super) number: String,
    /// The point of the month at which it ends (§ 192 BGB).
    #[arg(long, value_name = "POINT")]
    pub(super) at: Option<Point>,
    /// What happens to an end on a Saturday, a Sunday or a holiday.
    #[arg(long, value_enum, default_value_t = Shift::None)]
    pub(super) shift: Shift,
    /// Working days after the end that are still in time.
    #[arg(long, value_name = "N", default_value = "0", allow_hyphen_values = true)]
    pub(super) grace: String,
    /// After the end of a short month on to the month's end, where § 190 BGB leaves it open.
    #[arg(long, requires = "former_end")]
    pub(super) month_end: bool,
    #[command(flatten)]
    pub(super) at_place: At,
}

/// How long.
#[derive(Debug, Clone, Args)]
#[group(id = "length", multiple = false)]
pub(super) struct Lengths {
    /// Calendar days.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) days: Option<String>,
    /// Working days.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) working_days: Option<String>,
    /// Weeks.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) weeks: Option<String>,
    /// Half-months, of 15 days: 1.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) half_months: Option<String>,
    /// Months.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) months: Option<String>,
    /// Years.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) years: Option<String>,
}

/// A point of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Point {
    /// The first.
    Beginning,
    /// The fifteenth.
    Middle,
    /// The last day.
    End,
}

impl From<Point> for MonthPoint {
    fn from(point: Point) -> Self {
        match point {
            Point::Beginning => Self::Beginning,
            Point::Middle => Self::Middle,
            Point::End => Self::End,
        }
    }
}

/// What happens to an end without work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shift {
    /// To the next working day: set to or by a party in an administrative procedure (§ 26 Abs. 3 SGB X).
    Forward,
    /// To the next working day: a declaration or a performance (§ 193 BGB).
    CivilLaw,
    /// To the next working day: objection and court (§ 64 Abs. 3 SGG).
    Court,
    /// It stays: an internal duty.
    None,
    /// It stays, and the last working day until then is the target: due "spätestens" on the day.
    Backward,
    /// It stays: a day that was told with reference to the rule (§ 26 Abs. 3 Satz 2 SGB X).
    NotifiedDay,
    /// It stays: a benefit or service runs until then (§ 26 Abs. 4 SGB X).
    ServicePeriod,
    /// It stays: an appointment the authority fixed (§ 26 Abs. 5 SGB X).
    Appointment,
}

impl From<Shift> for EndRule {
    fn from(shift: Shift) -> Self {
        match shift {
            Shift::Forward => Self::SocialProcedure,
            Shift::CivilLaw => Self::CivilLaw,
            Shift::Court => Self::SocialCourt,
            Shift::None => Self::InternalDuty,
            Shift::Backward => Self::WorkingDayBefore,
            Shift::NotifiedDay => Self::NotifiedDay,
            Shift::ServicePeriod => Self::ServicePeriod,
            Shift::Appointment => Self::AuthorityAppointment,
        }
    }
}

#[derive(Debug, Clone, Args)]
pub(super) struct Timer {
    /// Its number or name: T1, T2, T7a, regular-maximum, first-talk.
    #[arg(value_name = "TIMER")]
    pub(super) name: String,
    /// The day it counts from: the assignment, the last check, the breach.
    #[arg(long, visible_alias = "from", value_name = "DATE")]
    pub(super) t0: String,
    /// Which review, extension, report or month; each is counted from the start.
    #[arg(long, value_name = "N", default_value = "1", allow_hyphen_values = true)]
    pub(super) slot: String,
    /// The day that chooses the policy version, where it is another: the assignment for T4, the breach for advice-under-25.
    #[arg(long, value_name = "DATE")]
    pub(super) fact: Option<String>,
    /// T2: the day of the last review, for a policy that counts from it.
    #[arg(long, value_name = "DATE")]
    pub(super) last_review: Option<String>,
    /// T2, T8: the due day of the review or report before, where the interval was another one until then.
    #[arg(long, value_name = "DATE")]
    pub(super) former_due: Option<String>,
    /// T4: months of the extension.
    #[arg(long, value_name = "N", conflicts_with = "extend_until", allow_hyphen_values = true)]
    pub(super) extend_months: Option<String>,
    /// T4: the last day of the extension.
    #[arg(long, value_name = "DATE")]
    pub(super) extend_until: Option<String>,
    /// T8: months between reports, where another interval was agreed.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) interval: Option<String>,
    #[command(flatten)]
    pub(super) at_place: At,
}

/// How an act reached the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Channel {
    /// Posted within Germany (§ 37 Abs. 2 Satz 1 SGB X).
    Post,
    /// Sent electronically (§ 37 Abs. 2 Satz 2 SGB X).
    Electronic,
    /// Provided for retrieval with a notification (§ 37 Abs. 2a SGB X).
    Portal,
    /// Provided for retrieval, where the notification came late or its arrival is denied: known when retrieved.
    PortalDenied,
    /// Posted abroad: known when it is proven to have arrived.
    Abroad,
    /// Handed over in person.
    HandedOver,
    /// Served with a certificate.
    Certificate,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Sending {
    /// Day of posting, sending or handing over, or the day the certificate states.
    #[arg(long, value_name = "DATE")]
    pub(super) posted: Option<String>,
    /// How it was sent.
    #[arg(long, value_enum, default_value_t = Channel::Post)]
    pub(super) channel: Channel,
    /// Day of arrival or retrieval, if it is proven.
    #[arg(long, value_name = "DATE", requires = "posted")]
    pub(super) received: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Notice {
    #[command(flatten)]
    pub(super) sending: Sending,
    #[command(flatten)]
    pub(super) at_place: At,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Objection {
    /// The day on which the act became known.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["posted", "received"])]
    pub(super) known: Option<String>,
    #[command(flatten)]
    pub(super) sending: Sending,
    /// Notice was given abroad: three months.
    #[arg(long)]
    pub(super) abroad: bool,
    /// The instruction on the remedy is missing or wrong: one year.
    #[arg(long)]
    pub(super) wrong_instruction: bool,
    #[command(flatten)]
    pub(super) at_place: At,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Age {
    /// The day of birth.
    #[arg(long, value_name = "DATE")]
    pub(super) born: String,
    /// Years to complete: 25 for "U25"; the age limit when left out.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(super) years: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Day {
    /// The day: 2026-11-18 or 18.11.2026.
    pub(super) date: String,
    #[command(flatten)]
    pub(super) at_place: At,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Holidays {
    /// The year, 2005 to 2100.
    pub(super) year: String,
    #[command(flatten)]
    pub(super) at_place: At,
}

#[derive(Debug, Clone, Args)]
pub(super) struct Policy {
    /// Its key, for example regular-maximum; all keys when left out.
    pub(super) key: Option<String>,
    /// The day of the fact that chooses the version; today when left out.
    #[arg(long, value_name = "DATE")]
    pub(super) on: Option<String>,
}
