//! The members of one line, as they were written.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::json::{Cursor, Json};

/// The members of a line; each is read when it is needed.
#[derive(Deserialize)]
pub(crate) struct Fields<'a> {
    #[serde(borrow, default)]
    case_id: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) utility: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) unit: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) readings: Option<Json<'a>>,
    #[serde(borrow, default)]
    target_date: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) peer: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) monthly_profile: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) cohort_levels: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) register_digits: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) occupied_from: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) excluded: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) runs_backwards: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) max_per_day: Option<Json<'a>>,
    #[serde(borrow, default)]
    pub(crate) submitted: Option<Json<'a>>,
}

/// Why a line is not answered as it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Mistake {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// What the JSON reader said of the member `name`; a member that stands there twice is told
    /// apart, for the two may differ.
    fn of(name: &str, error: &serde_json::Error) -> Self {
        let told = error.to_string();
        if told.starts_with("duplicate field") {
            return Self::new("DUPLICATE_FIELD", format!("{told}: give it once"));
        }
        let message = if name.is_empty() { told } else { format!("{name}: {told}") };
        Self::new("BAD_LINE", message)
    }

    /// The member `name` stands there twice, the second time before `column`.
    pub(super) fn twice(name: &str, column: usize) -> Self {
        let message = format!("duplicate field `{name}` at line 1 column {column}: give it once");
        Self::new("DUPLICATE_FIELD", message)
    }

    pub(crate) fn missing(name: &str) -> Self {
        Self::new("BAD_LINE", format!("{name} is missing: add it"))
    }

    /// The member `name` is not what it should be.
    pub(crate) fn no(what: &str, name: &str) -> Self {
        Self::new("BAD_LINE", format!("{name} is no {what}: write one"))
    }
}

impl<'a> Fields<'a> {
    /// The members of `line`, which must be one object in UTF-8 to its end.
    pub(crate) fn read(line: &'a [u8]) -> Result<Self, Mistake> {
        let text = std::str::from_utf8(line)
            .map_err(|_| Mistake::new("BAD_LINE", "the line is not UTF-8: write it as UTF-8"))?;
        if !text.trim_ascii_start().starts_with('{') {
            let message = "the line is no JSON object: write one object a line";
            return Err(Mistake::new("BAD_LINE", message));
        }
        serde_json::from_str(text).map_err(|error| Mistake::of("", &error))
    }

    /// The case as it was written, or `null`.
    pub(crate) fn case_id(&self) -> &'a str {
        self.case_id.map_or("null", Json::written)
    }

    /// The day that is asked about.
    pub(crate) fn target_date(&self) -> Result<NaiveDate, Mistake> {
        day("target_date", required("target_date", self.target_date)?)
    }
}

/// The member `name`, which must be there.
pub(crate) fn required<'a>(name: &str, member: Option<Json<'a>>) -> Result<Json<'a>, Mistake> {
    member.ok_or_else(|| Mistake::missing(name))
}

/// The member `name` as a `T`; missing and `null` are the same.
pub(crate) fn optional<'a, T: Deserialize<'a>>(
    name: &str,
    member: Option<Json<'a>>,
) -> Result<Option<T>, Mistake> {
    match member {
        None => Ok(None),
        Some(member) => {
            serde_json::from_str(member.written()).map_err(|error| Mistake::of(name, &error))
        }
    }
}

/// What the member `name` says.
pub(crate) fn text<'a>(name: &str, member: Json<'a>) -> Result<Cow<'a, str>, Mistake> {
    member.text().ok_or_else(|| Mistake::no("text", name))
}

/// The members `names` of the object `name`, in their order; others are ignored.
pub(crate) fn members<'a, const N: usize>(
    name: &str,
    object: Json<'a>,
    names: [&str; N],
) -> Result<[Option<Json<'a>>; N], Mistake> {
    let mut inside = object.object().ok_or_else(|| Mistake::no("object", name))?;
    members_at(&mut inside, names)
}

/// Reads the members `names` of each object of the list `name`; others are ignored. How many
/// objects there were.
pub(crate) fn each<'a, const N: usize>(
    name: &str,
    list: Json<'a>,
    names: [&str; N],
    mut read: impl FnMut([Option<Json<'a>>; N]) -> Result<(), Mistake>,
) -> Result<usize, Mistake> {
    let mut inside = list.list().ok_or_else(|| Mistake::no("list", name))?;
    let mut count = 0_usize;
    while inside.goes_on() {
        if !inside.enters_object() {
            let message = format!("{name} holds what is no object: write objects");
            return Err(Mistake::new("BAD_LINE", message));
        }
        read(members_at(&mut inside, names)?)?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn members_at<'a, const N: usize>(
    inside: &mut Cursor<'a>,
    names: [&str; N],
) -> Result<[Option<Json<'a>>; N], Mistake> {
    let mut found = [None; N];
    while inside.goes_on() {
        let name = inside.name();
        let column = inside.column();
        let value = inside.value();
        let place =
            names.iter().zip(&mut found).find(|(known, _)| name.as_deref() == Some(**known));
        if let Some((known, place)) = place
            && place.replace(value).is_some()
        {
            return Err(Mistake::twice(known, column));
        }
    }
    Ok(found)
}

/// A civil day, written as `2025-12-31`.
pub(crate) fn day(name: &str, member: Json<'_>) -> Result<NaiveDate, Mistake> {
    parse_day(member.written().as_bytes()).ok_or_else(|| {
        Mistake::new("BAD_LINE", format!("{name} is no day: write it as \"2025-12-31\""))
    })
}

fn parse_day(written: &[u8]) -> Option<NaiveDate> {
    let [b'"', y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'"'] = written else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(*digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

/// Whole digits of a number, at most.
const WHOLE_DIGITS: usize = 12;

/// So many digits fit in an `i64`.
const WORD_DIGITS: usize = 18;

/// A number by its text, at most `decimals` behind the point; never through a float.
pub(crate) fn number(
    name: &str,
    member: Json<'_>,
    decimals: Option<u32>,
) -> Result<Decimal, Mistake> {
    let text = member.written();
    if let Some(number) = short_number(text)
        && decimals.is_none_or(|most| number.scale() <= most)
    {
        return Ok(number);
    }
    if !text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err(Mistake::new("BAD_LINE", format!("{name} is no number: write digits")));
    }
    let out_of_range = || {
        let message = format!("{name} has over 12 whole digits, or over 9 decimals: correct it");
        Mistake::new("NUMBER_OUT_OF_RANGE", message)
    };
    let read =
        if text.contains(['e', 'E']) { Decimal::from_scientific(text) } else { text.parse() };
    let number = read.map_err(|_| out_of_range())?;
    let whole = Decimal::from(1_000_000_000_000_i64);
    let fits =
        decimals.is_none_or(|most| number.scale() <= most || number.normalize().scale() <= most);
    if number.abs() < whole && fits { Ok(number) } else { Err(out_of_range()) }
}

/// A number of JSON without an exponent, of so few digits that they fit in a word: as nearly every
/// number is.
fn short_number(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-');
    let is_negative = digits.is_some();
    let digits = digits.unwrap_or(text).as_bytes();
    if digits.len() > WORD_DIGITS {
        return None;
    }
    let (mut mantissa, mut whole) = (0_i64, digits.len());
    for (place, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' => whole = place,
            _ => return None,
        }
    }
    if whole == 0 || whole > WHOLE_DIGITS {
        return None;
    }
    let scale = u32::try_from(digits.len().saturating_sub(whole).saturating_sub(1)).ok()?;
    Some(Decimal::new(if is_negative { -mantissa } else { mantissa }, scale))
}

/// `text` as a JSON string.
pub(crate) fn escaped(to: &mut String, text: &str) {
    to.push('"');
    for c in text.chars() {
        match c {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            c if c.is_control() => {
                let written = write!(to, "\\u{:04x}", u32::from(c));
                debug_assert!(written.is_ok(), "a String takes every write");
            }
            c => to.push(c),
        }
    }
    to.push('"');
}
