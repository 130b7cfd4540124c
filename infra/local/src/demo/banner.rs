//! What the terminal says when the demo is up.

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
}

pub(super) fn text(port: u16, counted: &Counted) -> String {
    let Counted { utility, mails, campaign, asked, received, now } = counted;
    let now = now.format("%a %d %b %Y %H:%M").to_string();
    let [inbox, ops] = ["inbox", "ops"].map(|path| format!("http://127.0.0.1:{port}/{path}"));
    format!(
        r#"Meterlink local demo   fictional utility "{utility}"; nothing leaves this computer; not for production

  Inbox        {inbox:<31}{mails} mails waiting
  Back office  {ops:<31}campaign {campaign}: {asked} addresses asked, {received} received
  Clock        {now:<31}Europe/Amsterdam; stands still until you move it
  Data         in memory, lost on exit

  Try:
   1  Open the inbox, the mail to Anna de Vries, and its link.
   2  Enter 01287. Open the link again and enter 1287456, red digits and all.
   3  Press +1 week: the reminder names only what is still missing.
   4  Press "to the estimates": what never came is estimated; the back office says how.

  Same in the terminal: meterlink fast-forward        Stop: Ctrl-C"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_says_where_everything_is() {
        let counted = Counted {
            utility: "Voorbeeld Water".to_owned(),
            mails: 25,
            campaign: 2026,
            asked: 94,
            received: 0,
            now: "2026-11-26T09:00:00".parse().unwrap(),
        };
        insta::assert_snapshot!(text(8035, &counted), @r#"
        Meterlink local demo   fictional utility "Voorbeeld Water"; nothing leaves this computer; not for production

          Inbox        http://127.0.0.1:8035/inbox    25 mails waiting
          Back office  http://127.0.0.1:8035/ops      campaign 2026: 94 addresses asked, 0 received
          Clock        Thu 26 Nov 2026 09:00          Europe/Amsterdam; stands still until you move it
          Data         in memory, lost on exit

          Try:
           1  Open the inbox, the mail to Anna de Vries, and its link.
           2  Enter 01287. Open the link again and enter 1287456, red digits and all.
           3  Press +1 week: the reminder names only what is still missing.
           4  Press "to the estimates": what never came is estimated; the back office says how.

          Same in the terminal: meterlink fast-forward        Stop: Ctrl-C
        "#);
    }
}
