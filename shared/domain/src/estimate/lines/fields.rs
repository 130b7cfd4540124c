//! The members of one line, as they were written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The members of a line; each is read when it is needed.
#[derive(Deserialize)]
pub(crate) struct Fields<'a> {
    #[serde(borrow, default)]
    case_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) utility: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) unit: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) readings: Option<&'a RawValue>,
    #[serde(borrow, default)]
    target_date: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) peer: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) monthly_profile: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) cohort_levels: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) register_digits: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) occupied_from: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) excluded: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) runs_backwards: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) max_per_day: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) submitted: Option<&'a RawValue>,
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

    fn missing(name: &str) -> Self {
        Self::new("BAD_LINE", format!("{name} is missing: add it"))
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
        self.case_id.map_or("null", RawValue::get)
    }

    /// The day that is asked about.
    pub(crate) fn target_date(&self) -> Result<NaiveDate, Mistake> {
        day("target_date", self.target_date.ok_or_else(|| Mistake::missing("target_date"))?)
    }
}

/// The member `name` as a `T`; what is missing is named.
pub(crate) fn required<'a, T: Deserialize<'a>>(
    name: &str,
    member: Option<&'a RawValue>,
) -> Result<T, Mistake> {
    let member = member.ok_or_else(|| Mistake::missing(name))?;
    serde_json::from_str(member.get()).map_err(|error| Mistake::of(name, &error))
}

/// The member `name` as a `T`; missing and `null` are the same.
pub(crate) fn optional<'a, T: Deserialize<'a>>(
    name: &str,
    member: Option<&'a RawValue>,
) -> Result<Option<T>, Mistake> {
    match member {
        None => Ok(None),
        Some(member) => {
            serde_json::from_str(member.get()).map_err(|error| Mistake::of(name, &error))
        }
    }
}

/// A civil day, written as `2025-12-31`.
pub(crate) fn day(name: &str, member: &RawValue) -> Result<NaiveDate, Mistake> {
    let text = member.get().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    text.and_then(parse_day).ok_or_else(|| {
        Mistake::new("BAD_LINE", format!("{name} is no day: write it as \"2025-12-31\""))
    })
}

fn parse_day(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let number = |digits: &str, length: usize| {
        let is_written = digits.len() == length && digits.bytes().all(|d| d.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| is_written)
    };
    let year = i32::try_from(number(year, 4)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

/// A number by its text, at most `decimals` behind the point; never through a float.
pub(crate) fn number(
    name: &str,
    member: &RawValue,
    decimals: Option<u32>,
) -> Result<Decimal, Mistake> {
    let text = member.get();
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

/// A reading as it was written.
#[derive(Deserialize)]
pub(crate) struct WrittenReading<'a> {
    #[serde(borrow)]
    pub(crate) date: &'a RawValue,
    #[serde(borrow)]
    pub(crate) value: &'a RawValue,
    #[serde(borrow)]
    pub(crate) source: Cow<'a, str>,
    #[serde(default)]
    pub(crate) superseded: bool,
}

/// A norm as it was written.
#[derive(Deserialize)]
pub(crate) struct WrittenPeer<'a> {
    #[serde(borrow)]
    pub(crate) median_per_year: &'a RawValue,
    #[serde(borrow, default)]
    pub(crate) sigma_log: Option<&'a RawValue>,
    #[serde(default)]
    pub(crate) level_year: Option<i32>,
}

/// Days that do not count, as they were written.
#[derive(Deserialize)]
pub(crate) struct WrittenRange<'a> {
    #[serde(borrow)]
    pub(crate) from: &'a RawValue,
    #[serde(borrow)]
    pub(crate) to: &'a RawValue,
}

/// A reading to be checked, as it was written.
#[derive(Deserialize)]
pub(crate) struct WrittenSubmission<'a> {
    #[serde(borrow)]
    pub(crate) date: &'a RawValue,
    #[serde(borrow)]
    pub(crate) value: &'a RawValue,
}

/// Levels by year as they were written; a year that stands there twice is refused.
#[derive(Default)]
pub(crate) struct WrittenLevels<'a>(pub(crate) BTreeMap<i32, &'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for WrittenLevels<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LevelsVisitor)
    }
}

struct LevelsVisitor;

impl<'de> serde::de::Visitor<'de> for LevelsVisitor {
    type Value = WrittenLevels<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("levels by year")
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        use serde::de::Error as _;
        let mut levels = BTreeMap::new();
        while let Some((year, level)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            let year: i32 =
                year.parse().map_err(|_| A::Error::custom(format!("{year:?} is no year")))?;
            if levels.insert(year, level).is_some() {
                return Err(A::Error::custom(format!("duplicate field `{year}`")));
            }
        }
        Ok(WrittenLevels(levels))
    }
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
