//! The cells of an address, of a bill as of a delivery.

use crate::address::{Address, Postcode};

use super::code::Code;
use super::row::Row;

/// What the columns of an address are called, and what its file allows.
#[derive(Debug)]
pub(super) struct AddressColumns {
    pub(super) street: &'static str,
    pub(super) house_number: &'static str,
    pub(super) house_letter: &'static str,
    pub(super) addition: &'static str,
    pub(super) postcode: &'static str,
    pub(super) city: &'static str,
    /// Absent where only Dutch addresses are allowed.
    pub(super) country: Option<&'static str>,
    /// The most characters of an addition.
    pub(super) longest_addition: usize,
}

/// Reads the address of a row.
pub(super) fn read(row: &mut Row<'_>, columns: &AddressColumns) -> Option<Address> {
    let street = row.text(columns.street, 80);
    let house = house(row, columns);
    let city = row.text(columns.city, 80);
    let country = match columns.country {
        Some(column) if !row.is_empty(column) => row.parsed(column, Code::Form, country, |_| {
            ("not a country".to_owned(), "two letters of ISO 3166, as in NL or DE".to_owned())
        }),
        Some(_) | None => Some("NL".to_owned()),
    };
    let postcode = match country.as_deref() {
        Some("NL") => row.parsed(columns.postcode, Code::Postcode, Postcode::parse, |text| {
            let reason = "not a Dutch postcode".to_owned();
            (reason, postcode_advice(text, columns.country))
        }),
        Some(_) => row.parsed(columns.postcode, Code::Postcode, Postcode::parse_abroad, |_| {
            ("longer than 10 characters".to_owned(), String::new())
        }),
        None => None,
    };
    let house = house?;
    Some(Address {
        street: street?,
        house_number: house.number,
        house_letter: house.letter,
        addition: house.addition,
        postcode: postcode?,
        city: city?,
        country: country?,
    })
}

fn country(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(code)
}

fn postcode_advice(text: &str, country: Option<&str>) -> String {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some(postcode) = Postcode::parse(&compact) {
        return format!("write {}", postcode.as_str());
    }
    match country {
        Some(column) => format!("four digits and two letters, or fill {column}"),
        None => "four digits and two letters, as in 1234AB".to_owned(),
    }
}

/// House number, letter and addition.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct House {
    pub(super) number: u32,
    pub(super) letter: Option<char>,
    pub(super) addition: Option<String>,
}

fn house(row: &mut Row<'_>, columns: &AddressColumns) -> Option<House> {
    let letter = row.parsed(columns.house_letter, Code::Form, one_letter, |_| {
        ("not one letter".to_owned(), "what follows the letter is the addition".to_owned())
    });
    let addition = row.text(columns.addition, columns.longest_addition);
    let alone = row.is_empty(columns.house_letter) && row.is_empty(columns.addition);
    let text = row.raw(columns.house_number)?;
    if text.bytes().all(|b| b.is_ascii_digit()) {
        let number = row.whole(columns.house_number, 1..=99_999)?;
        // A bill address may have its letter in the addition.
        let in_addition = letter.is_none() && columns.country.is_some();
        let single = addition.as_deref().and_then(one_letter).filter(|_| in_addition);
        return Some(match single {
            Some(letter) => House { number, letter: Some(letter), addition: None },
            None => House { number, letter, addition },
        });
    }
    let Some(house) = split(&text).filter(|_| alone) else {
        let fix = "the number alone; letter and addition have columns of their own";
        row.tell(columns.house_number, Code::Form, "not a house number", fix);
        return None;
    };
    let letter = house.letter.map(String::from);
    let parts = [Some(house.number.to_string()), letter, house.addition.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let reason = format!("read as {}", parts.join(" | "));
    row.tell(columns.house_number, Code::Split, &reason, "use the columns for the rest");
    Some(house)
}

fn one_letter(text: &str) -> Option<char> {
    let mut letters = text.chars();
    let letter = letters.next().filter(char::is_ascii_alphabetic)?;
    letters.next().is_none().then_some(letter)
}

/// Splits `5a`, `5a-bis`, `5a-3` and `5-bis`. What could be a range of numbers, or a letter as
/// well as an addition (`5-7`, `5-a`), is not split.
pub(super) fn split(text: &str) -> Option<House> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number = number.parse().ok().filter(|number| (1..=99_999).contains(number))?;
    let (letter, addition) = match rest.split_once('-') {
        None => (Some(one_letter(rest.trim_start())?), None),
        Some(("", addition)) => (None, Some(addition)),
        Some((letter, addition)) => (Some(one_letter(letter)?), Some(addition)),
    };
    let word = |addition: &str| {
        let long_enough = letter.is_some()
            || (addition.len() > 1 && addition.starts_with(|c: char| c.is_ascii_alphabetic()));
        long_enough
            && (1..=4).contains(&addition.len())
            && addition.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if !addition.is_none_or(word) {
        return None;
    }
    Some(House { number, letter, addition: addition.map(str::to_owned) })
}
