//! *Ontvangstnummer*: what a form is called, derived from what it says.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::entry::condense;
use crate::hex::hex;
use crate::id::{CampaignNumber, Subject};
use crate::judge::{Judged, JudgedMeter, JudgedRegister};

/// Crockford's base 32: no I, L, O, which are read as digits, and no U.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The symbols of a number that are derived; 5 bits each.
const DERIVED: u32 = 10;

/// What a form is called inside: the hash of what it says, so the same form twice is the same one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FormId([u8; 32]);

/// *Ontvangstnummer*: what people call a form, `2026-WVQG8-REB7W-R`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReceiptNumber {
    campaign: CampaignNumber,
    /// 50 bits.
    derived: u64,
}

impl FormId {
    /// The id of the form that was accepted as `judged`.
    ///
    /// **Shape.** `attempt` is 1. A conditional put that finds another form under the same receipt
    /// number calls again with 2, and so on: then `#2` is added to what is hashed.
    /// **Source.** The design of the reading page, "the form id is derived".
    pub fn of(
        campaign: CampaignNumber,
        connection: Subject,
        judged: &Judged,
        attempt: u16,
    ) -> Self {
        Self(Sha256::digest(text(campaign, connection, judged, attempt)).into())
    }

    /// The id, as it is stored: 64 lower-case hex digits.
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// The receipt number: its first 50 bits.
    pub fn receipt_number(self, campaign: CampaignNumber) -> ReceiptNumber {
        let first = self.0.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte));
        let derived = first >> (u64::BITS - 5 * DERIVED);
        ReceiptNumber { campaign, derived }
    }
}

/// The id joins a receipt to an address: logs show its first digits only.
impl fmt::Debug for FormId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, ..] = self.0;
        write!(f, "FormId({first:02x}{second:02x}…)")
    }
}

/// What is hashed: a line for the form and one for each meter that was filled in.
fn text(campaign: CampaignNumber, connection: Subject, judged: &Judged, attempt: u16) -> String {
    let meters: String = judged.meters.iter().map(line).collect();
    let again = if attempt > 1 { format!("#{attempt}") } else { String::new() };
    format!("meterlink/form/v1\n{campaign} {connection} {}\n{meters}{again}", judged.on)
}

fn line(meter: &JudgedMeter) -> String {
    let value = |one: &JudgedRegister| format!("{}={}", one.register, one.value.normalize());
    let values = meter.registers.iter().map(value).collect::<Vec<_>>().join(",");
    let (position, revision) = (meter.position, meter.revision.get());
    format!("{position} {revision} {values} {}\n", answer(meter))
}

/// `usual` when nothing was asked about the meter, else what was chosen; of several registers,
/// what was chosen for each.
fn answer(meter: &JudgedMeter) -> String {
    let asked = meter.registers.iter().any(|one| one.answered.is_some());
    if !asked {
        return "usual".to_owned();
    }
    let choice = |one: &JudgedRegister| {
        one.answered.as_ref().map_or("usual", |answered| answered.choice.as_str())
    };
    meter.registers.iter().map(choice).collect::<Vec<_>>().join(",")
}

impl ReceiptNumber {
    /// Reads a number as people type it: in any case, with any spaces and hyphens, I and L for 1, O
    /// for 0. `None` unless its check symbol is right.
    ///
    /// The check symbol finds every single wrong symbol and every swap of neighbours but 0 with Z.
    /// It does not cover the campaign, which the caller knows and compares.
    ///
    /// ```
    /// use domain::receipt::ReceiptNumber;
    ///
    /// let number = ReceiptNumber::parse("2026 wvqg8 reb7w r").unwrap();
    /// assert_eq!(number.to_string(), "2026-WVQG8-REB7W-R");
    /// assert_eq!(ReceiptNumber::parse("2026-WVQG8-REB7V-R"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let is_hyphen = |c: char| c == '-' || ('\u{2010}'..='\u{2014}').contains(&c);
        let typed = condense(text);
        let symbols: Option<Vec<u64>> =
            typed.chars().filter(|c| !is_hyphen(*c)).map(symbol_value).collect();
        let symbols = symbols?;
        let derived_at = symbols.len().checked_sub(11)?;
        let (campaign, number) = symbols.split_at_checked(derived_at)?;
        let (check, derived) = number.split_last()?;
        if *check != check_symbol(derived) || campaign.first() == Some(&0) {
            return None;
        }
        let campaign = campaign.iter().try_fold(0_u16, |number, digit| {
            let digit = u16::try_from(*digit).ok().filter(|digit| *digit < 10)?;
            number.checked_mul(10)?.checked_add(digit)
        })?;
        let derived = derived.iter().fold(0, |number, symbol| (number << 5) | symbol);
        Some(Self { campaign: CampaignNumber::new(campaign)?, derived })
    }

    /// The campaign that it is of.
    pub fn campaign(self) -> CampaignNumber {
        self.campaign
    }

    /// Its ten symbols, the first one first.
    fn symbols(self) -> impl Iterator<Item = u64> {
        (0..DERIVED).rev().map(move |place| (self.derived >> (5 * place)) & 31)
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbols: Vec<u64> = self.symbols().collect();
        write!(f, "{}", self.campaign)?;
        for (place, symbol) in symbols.iter().enumerate() {
            if place.rem_euclid(5) == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", symbol_char(*symbol))?;
        }
        write!(f, "-{}", symbol_char(check_symbol(&symbols)))
    }
}

impl From<ReceiptNumber> for String {
    fn from(number: ReceiptNumber) -> Self {
        number.to_string()
    }
}

/// A stored text is no receipt number: the item was not written by us, an alarm is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt number")]
pub struct NotAReceiptNumber;

impl TryFrom<String> for ReceiptNumber {
    type Error = NotAReceiptNumber;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(NotAReceiptNumber)
    }
}

/// The symbol with which `symbols` pass Luhn's test modulo 32.
///
/// From the right every other symbol, the last one first, counts double, its two base-32 digits
/// added up.
fn check_symbol(symbols: &[u64]) -> u64 {
    let sum: u64 = symbols
        .iter()
        .rev()
        .enumerate()
        .map(|(place, symbol)| {
            let weight = if place.rem_euclid(2) == 0 { 2 } else { 1 };
            let weighted = symbol * weight;
            weighted.div_euclid(32) + weighted.rem_euclid(32)
        })
        .sum();
    (32 - sum.rem_euclid(32)).rem_euclid(32)
}

fn symbol_char(symbol: u64) -> char {
    let symbol = usize::try_from(symbol).ok().and_then(|place| SYMBOLS.get(place));
    symbol.map_or('?', |symbol| char::from(*symbol))
}

fn symbol_value(c: char) -> Option<u64> {
    let c = match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    let place = SYMBOLS.iter().position(|symbol| char::from(*symbol) == c)?;
    u64::try_from(place).ok()
}

#[cfg(test)]
mod tests;
