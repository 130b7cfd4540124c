//! What the registers really showed: the file that plays the customers who answer.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use domain::meter::{MeterNumber, RegisterName};

/// What a register showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// On which day.
    pub(super) on: NaiveDate,
    /// What.
    pub(super) value: Decimal,
}

/// What registers showed, by meter and register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Truth(BTreeMap<(MeterNumber, RegisterName), Shown>);

impl Truth {
    /// Reads `meter_number;register;date;value`, dates `DD-MM-YYYY`, values with a comma.
    ///
    /// **Errors.** A sentence with the file, the line and what it must be.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}; name a file like truth.csv", path.display()))?;
        Self::parse(&text).map_err(|sentence| format!("{}:{sentence}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut lines = (1..).zip(text.lines());
        let header = lines.next().map(|(_, header)| header.trim_start_matches('\u{feff}').trim());
        if header != Some("meter_number;register;date;value") {
            return Err("1: the header must be meter_number;register;date;value".into());
        }
        let mut shown = BTreeMap::new();
        for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.trim().split(';').collect();
            let read = || {
                let [meter, register, on, value] = cells.as_slice() else { return None };
                let on = NaiveDate::parse_from_str(on, "%d-%m-%Y").ok()?;
                let value = value.replace(',', ".").parse().ok()?;
                let key = (MeterNumber::parse(meter)?, RegisterName::parse(register)?);
                Some((key, Shown { on, value }))
            };
            let (key, one) = read().ok_or_else(|| {
                format!("{number}: must be a meter, a register, DD-MM-YYYY and a number")
            })?;
            shown.insert(key, one);
        }
        Ok(Self(shown))
    }

    /// What a register showed, if the file knows it.
    pub(super) fn of(&self, meter: &MeterNumber, register: &RegisterName) -> Option<Shown> {
        self.0.get(&(meter.clone(), register.clone())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_line_by_line() {
        let truth = Truth::parse("meter_number;register;date;value\nW1;1;20-12-2026;981,5\n");
        let meter = MeterNumber::parse("W1").unwrap();
        let shown = truth.unwrap().of(&meter, &RegisterName::parse("1").unwrap()).unwrap();
        assert_eq!(shown.value, Decimal::new(9815, 1));
        assert_eq!(shown.on.to_string(), "2026-12-20");
    }

    #[test]
    fn a_bad_line_is_named() {
        let check = |text: &str| Truth::parse(text).unwrap_err();
        assert_eq!(
            check("meter;register\n"),
            "1: the header must be meter_number;register;date;value"
        );
        assert_eq!(
            check("meter_number;register;date;value\nW1;1;31-02-2026;981\n"),
            "2: must be a meter, a register, DD-MM-YYYY and a number"
        );
    }
}
