//! The lines that a run prints: `date  label  name value   name value`, or JSON.

use chrono::NaiveDate;

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// What a run printed so far, and where it goes.
pub(super) struct Transcript<P> {
    format: Format,
    print: P,
}

impl<P: FnMut(&str)> Transcript<P> {
    pub(super) fn new(format: Format, print: P) -> Self {
        Self { format, print }
    }

    /// A line of the day `day`.
    pub(super) fn line(&mut self, day: NaiveDate, label: &str, pairs: &[(&str, String)]) {
        let line = match self.format {
            Format::Text => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(name, value)| format!("{name} {value}")).collect();
                format!("{day}  {label:<14}  {}", pairs.join("   "))
            }
            Format::Json => {
                let mut object = serde_json::Map::new();
                object.insert("date".into(), day.to_string().into());
                object.insert("label".into(), label.into());
                for (name, value) in pairs {
                    object.insert((*name).to_owned(), value.as_str().into());
                }
                serde_json::Value::Object(object).to_string()
            }
        };
        (self.print)(&line);
    }

    /// The last line: what everything that is stored and was sent comes to.
    pub(super) fn digest(&mut self, digest: &str) {
        let line = match self.format {
            Format::Text => format!("digest sha256:{digest}"),
            Format::Json => serde_json::json!({ "digest": format!("sha256:{digest}") }).to_string(),
        };
        (self.print)(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format) -> Vec<String> {
        let mut lines = Vec::new();
        let mut transcript = Transcript::new(format, |line: &str| lines.push(line.to_owned()));
        let day = "2026-11-26".parse().unwrap();
        transcript.line(day, "call", &[("mails", "25".into()), ("links", "96".into())]);
        transcript.digest("00ff");
        lines
    }

    #[test]
    fn a_line_reads_like_a_sentence() {
        assert_eq!(
            check(Format::Text),
            ["2026-11-26  call            mails 25   links 96", "digest sha256:00ff",]
        );
    }

    #[test]
    fn a_line_can_be_an_object() {
        assert_eq!(
            check(Format::Json),
            [
                r#"{"date":"2026-11-26","label":"call","links":"96","mails":"25"}"#,
                r#"{"digest":"sha256:00ff"}"#,
            ]
        );
    }
}
