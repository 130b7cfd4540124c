//! What the terminal says when the demo is up.

use std::fmt;
use std::path::Path;

use chrono::NaiveDateTime;

/// What the stack holds, counted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The name of the utility.
    pub utility: String,
    /// Mails in the inbox.
    pub mails: usize,
    /// The campaign's number.
    pub campaign: u16,
    /// Addresses that were asked for a reading.
    pub asked: usize,
    /// Addresses of which every reading came.
    pub received: usize,
    /// The time in Europe/Amsterdam.
    pub now: NaiveDateTime,
    /// How the year is.
    pub year: YearKind,
}

/// What can be tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearKind {
    /// The fictional utility on the morning of the call.
    Own,
    /// A set of somebody else on the morning of the call.
    Given,
    /// A year that was begun before.
    Continued,
}

/// All of what is said.
#[derive(Clone, Debug)]
pub(super) struct Banner<'a> {
    pub(super) port: u16,
    /// The port that the links in mails of before lead to.
    pub(super) kept: Option<u16>,
    /// The folder in which it is kept, as it was named.
    pub(super) data: Option<&'a Path>,
    pub(super) counted: Counted,
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, kept, data, counted } = self;
        let Counted { utility, mails, campaign, asked, received, now, year } = counted;
        let now = now.format("%a %d %b %Y %H:%M").to_string();
        let [inbox, ops] = ["inbox", "ops"].map(|path| format!("http://127.0.0.1:{port}/{path}"));
        let data = match data {
            Some(folder) => format!("in {}", folder.display()),
            None => format!("{:<31}keep it: --data DIR", "in memory, lost on exit"),
        };
        writeln!(
            f,
            r#"Meterlink local demo   fictional utility "{utility}"; nothing leaves this computer; not for production

  Inbox        {inbox:<31}{mails} mails waiting
  Back office  {ops:<31}campaign {campaign}: {asked} addresses asked, {received} received
  Clock        {now:<31}Europe/Amsterdam; stands still until you move it
  Data         {data}
"#
        )?;
        let links = kept.filter(|old| old != port && *year == YearKind::Continued);
        if let Some(old) = links {
            writeln!(
                f,
                "  Links in mails of before lead to port {old}: they open with --port {old}.\n"
            )?;
        }
        f.write_str(match year {
            YearKind::Own => {
                "  Try:
   1  Open the inbox, the mail to Anna de Vries, and its link.
   2  Enter 01287. Open the link again and enter 1287456, red digits and all.
"
            }
            YearKind::Given => {
                "  Try:
   1  Open the inbox, a mail, and a link in it.
   2  Enter a reading. Open the link again and enter one that cannot be.
"
            }
            YearKind::Continued => {
                "  It goes on where it stood. Try:
   1  Open the inbox, the newest mail, and a link in it.
   2  Enter a reading. Open the link again and enter one that cannot be.
"
            }
        })?;
        f.write_str(
            r#"   3  Press +1 week: the reminder names only what is still missing.
   4  Press "to the estimates": what never came is estimated; the back office says how.

  Same in the terminal: meterlink fast-forward        Stop: Ctrl-C"#,
        )
    }
}

#[cfg(test)]
mod tests;
