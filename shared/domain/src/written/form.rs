//! How people of each language write numbers and days.

use crate::language::Language;

/// What differs between languages. All of them write the day before the month.
#[derive(Debug)]
pub(super) struct Form {
    /// Before the decimals of a number.
    pub(super) comma: char,
    /// Between the thousands of a number.
    pub(super) group: char,
    /// A number of fewer digits before its comma has no groups.
    pub(super) least_grouped: usize,
    /// Where the sign of the euro stands.
    pub(super) euro: Side,
    /// Behind a percentage.
    pub(super) percent: &'static str,
    /// Behind the name of a weekday.
    pub(super) after_weekday: &'static str,
    /// The first day of a month; the others are their numbers.
    pub(super) first: &'static str,
    /// Behind the number of any other day.
    pub(super) after_day: &'static str,
    /// From Monday on.
    pub(super) weekdays: [&'static str; 7],
    /// From January on.
    pub(super) months: [&'static str; 12],
    /// Where there is little room.
    pub(super) short_months: [&'static str; 12],
}

/// On which side of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

impl Form {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Nl => &DUTCH,
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
            Language::It => &ITALIAN,
            Language::Fr => &FRENCH,
        }
    }
}

static DUTCH: Form = Form {
    comma: ',',
    group: '.',
    least_grouped: 4,
    euro: Side::Before,
    percent: "%",
    after_weekday: " ",
    first: "1",
    after_day: "",
    weekdays: ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    short_months: [
        "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
    ],
};

static ENGLISH: Form = Form {
    comma: '.',
    group: ',',
    least_grouped: 4,
    euro: Side::Before,
    percent: "%",
    after_weekday: " ",
    first: "1",
    after_day: "",
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    short_months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
};

static GERMAN: Form = Form {
    comma: ',',
    group: '.',
    least_grouped: 4,
    euro: Side::Behind,
    percent: "\u{a0}%",
    after_weekday: ", ",
    first: "1.",
    after_day: ".",
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    short_months: [
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.",
        "Dez.",
    ],
};

static ITALIAN: Form = Form {
    comma: ',',
    group: '.',
    least_grouped: 5,
    euro: Side::Behind,
    percent: "%",
    after_weekday: " ",
    first: "1º",
    after_day: "",
    weekdays: ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    months: [
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ],
    short_months: [
        "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic",
    ],
};

static FRENCH: Form = Form {
    comma: ',',
    group: '\u{202f}',
    least_grouped: 4,
    euro: Side::Behind,
    percent: "\u{202f}%",
    after_weekday: " ",
    first: "1er",
    after_day: "",
    weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    short_months: [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
        "déc.",
    ],
};
