//! The clock above every page that exists only locally: it stands still until it is moved.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;

use domain::calendar;
use domain::campaign::Dates;

/// A move of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// A day on.
    Day,
    /// A week on.
    Week,
    /// To the morning of the deadline.
    Deadline,
    /// To when what is missing has been estimated.
    Estimates,
    /// To when the years have their invoice numbers.
    Invoices,
    /// To a time in Europe/Amsterdam.
    To(NaiveDateTime),
    /// Back to the beginning, with everything that happened undone.
    Reset,
}

/// What a program may send.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    to: Option<String>,
    #[serde(rename = "move")]
    by: Option<String>,
}

impl Move {
    /// Reads the word of a button.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "deadline" => Some(Self::Deadline),
            "estimates" => Some(Self::Estimates),
            "invoices" => Some(Self::Invoices),
            "reset" => Some(Self::Reset),
            _ => None,
        }
    }

    /// Reads `{"to":"2026-12-03T09:00"}` or `{"move":"week"}`.
    pub(super) fn of_json(body: &[u8]) -> Option<Self> {
        let body: Body = serde_json::from_slice(body).ok()?;
        match (body.to, body.by) {
            (Some(to), None) => {
                let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
                let parse = |format: &&str| NaiveDateTime::parse_from_str(&to, format).ok();
                formats.iter().find_map(parse).map(Self::To)
            }
            (None, Some(by)) => Self::parse(&by),
            _ => None,
        }
    }
}

/// What the bar shows.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) utility: String,
    /// `Thu 26 Nov 2026`
    pub(super) day: String,
    /// `09:00`
    pub(super) time: String,
    /// `2026-11-26T09:00`
    pub(super) machine: String,
    /// What lies ahead, in words.
    pub(super) ahead: String,
    pub(super) moves: Vec<MoveButton>,
    /// Where a move leads back to.
    pub(super) back: String,
    /// `inbox` or `ops`
    pub(super) here: &'static str,
}

#[derive(Debug)]
pub(super) struct MoveButton {
    pub(super) value: &'static str,
    pub(super) label: &'static str,
}

impl Bar {
    pub(super) fn new(utility: &str, dates: &Dates, now: DateTime<Utc>) -> Self {
        let local = calendar::civil_time(now);
        let today = local.date();
        let mut moves = vec![
            MoveButton { value: "day", label: "+1 day" },
            MoveButton { value: "week", label: "+1 week" },
        ];
        if today < dates.deadline {
            moves.push(MoveButton { value: "deadline", label: "to the deadline" });
        }
        if today < dates.closes_on {
            moves.push(MoveButton { value: "estimates", label: "to the estimates" });
        }
        if today < dates.invoice_not_before {
            moves.push(MoveButton { value: "invoices", label: "to the invoices" });
        }
        moves.push(MoveButton { value: "reset", label: "reset" });
        let ahead = if let Some(next) = dates.reminders_on.iter().find(|day| **day > today) {
            format!("next reminder {}", next.format("%-d %b"))
        } else if today <= dates.deadline {
            format!("deadline {}", dates.deadline.format("%-d %b"))
        } else if today < dates.closes_on {
            format!("closes {}", dates.closes_on.format("%-d %b"))
        } else if today < dates.invoice_not_before {
            format!("invoices {}", dates.invoice_not_before.format("%-d %b"))
        } else {
            "campaign closed".to_owned()
        };
        Self {
            utility: utility.to_owned(),
            day: local.format("%a %-d %b %Y").to_string(),
            time: local.format("%H:%M").to_string(),
            machine: local.format("%Y-%m-%dT%H:%M").to_string(),
            ahead,
            moves,
            back: "/inbox".to_owned(),
            here: "inbox",
        }
    }

    /// The bar of the page at `path`, where a move leads back to.
    pub(super) fn on(mut self, here: &'static str, path: impl Into<String>) -> Self {
        self.back = path.into();
        self.here = here;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_moves_the_clock_by_json() {
        let moved = |text: &str| Move::of_json(text.as_bytes());
        let at = "2026-12-03T09:00:00".parse().unwrap();
        assert_eq!(moved(r#"{"to":"2026-12-03T09:00"}"#), Some(Move::To(at)));
        assert_eq!(moved(r#"{"move":"week"}"#), Some(Move::Week));
        for wrong in [r#"{"to":"3 December"}"#, r#"{"move":"back"}"#, "{}", "", r#"{"days":1}"#] {
            assert_eq!(moved(wrong), None, "{wrong}");
        }
    }
}
