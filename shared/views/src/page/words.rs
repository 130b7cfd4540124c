//! Sentences that more than one page says about a meter.

use domain::address::Address;
use domain::language::Language;
use domain::meter::{Direction, MeterNumber, Register, TariffBand};
use domain::quantity::Commodity;

use crate::texts::{Texts, Value};

/// The address that a page is about.
pub(super) struct Place {
    pub(super) line: String,
    pub(super) rest: String,
    /// Its only meter.
    pub(super) meter: Option<String>,
}

impl Place {
    pub(super) fn new(address: &Address, meter: Option<String>) -> Self {
        let line = printable(&address.line());
        let whole = printable(&address.to_string());
        let rest = whole.strip_prefix(&line).unwrap_or(&whole).trim_start_matches([',', ' ']);
        Self { rest: rest.to_owned(), line, meter }
    }
}

/// `text` without what could change the text around it: controls, and marks of direction.
///
/// The import refuses them; a row that got in by another way must not get out.
pub(crate) fn printable(text: &str) -> String {
    let changes = |c: &char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|c| !changes(c)).collect()
}

/// `watermeter`.
pub(crate) fn meter_noun(texts: Texts, commodity: Commodity) -> String {
    texts.say(&format!("meter-{}", commodity.as_str()))
}

/// `Watermeter 12345678`.
pub(crate) fn meter_label(texts: Texts, commodity: Commodity, number: &MeterNumber) -> String {
    let id = format!("meter-label-{}", commodity.as_str());
    texts.tell(&id, [("number", Value::Text(number.as_str()))])
}

/// `Verbruik, laag tarief (telwerk 1.8.1)`; of the only register of a meter `Stand`.
pub(super) fn register_label(texts: Texts, register: &Register, siblings: usize) -> String {
    if siblings < 2 {
        return texts.say("register-one");
    }
    let label = texts.say(match (register.direction, register.band) {
        (Direction::Consumption, TariffBand::Single) => "register-consumption-single",
        (Direction::Consumption, TariffBand::Low) => "register-consumption-low",
        (Direction::Consumption, TariffBand::High) => "register-consumption-high",
        (Direction::FeedIn, TariffBand::Single) => "register-feed-in-single",
        (Direction::FeedIn, TariffBand::Low) => "register-feed-in-low",
        (Direction::FeedIn, TariffBand::High) => "register-feed-in-high",
    });
    let name = Value::Text(register.name.as_str());
    texts.tell("register-named", [("label", Value::Text(&label)), ("name", name)])
}

/// What somebody could type into the field of `register`: its digits, in rising order.
///
/// Never a value that we expect: a person who copies it would be believed.
pub(super) fn example(register: &Register, language: Language) -> String {
    let count = usize::from(register.digits);
    let mut digits = "0123456789".chars().cycle();
    let mut example: String = digits.by_ref().take(count).collect();
    if register.decimals > 0 {
        example.push(crate::format::comma(language));
        example.extend(digits.take(usize::from(register.decimals)));
    }
    example
}
