use super::*;

fn banner(data: Option<&Path>, kept: Option<u16>, year: YearKind) -> Banner<'_> {
    let counted = Counted {
        utility: "Voorbeeld Water".to_owned(),
        mails: 25,
        campaign: 2026,
        asked: 94,
        received: 0,
        now: "2026-11-26T09:00:00".parse().unwrap(),
        year,
    };
    Banner { port: 8035, kept, data, counted }
}

#[test]
fn the_terminal_says_where_everything_is() {
    insta::assert_snapshot!(banner(None, None, YearKind::Own), @r#"
    Meterlink local demo   fictional utility "Voorbeeld Water"; nothing leaves this computer; not for production

      Inbox        http://127.0.0.1:8035/inbox    25 mails waiting
      Back office  http://127.0.0.1:8035/ops      campaign 2026: 94 addresses asked, 0 received
      Clock        Thu 26 Nov 2026 09:00          Europe/Amsterdam; stands still until you move it
      Data         in memory, lost on exit        keep it: --data DIR

      Try:
       1  Open the inbox, the mail to Anna de Vries, and its link.
       2  Enter 01287. Open the link again and enter 1287456, red digits and all.
       3  Press +1 week: the reminder names only what is still missing.
       4  Press "to the estimates": what never came is estimated; the back office says how.

      Same in the terminal: meterlink fast-forward        Stop: Ctrl-C
    "#);
}

#[test]
fn a_year_that_is_kept_says_where_and_where_its_links_lead() {
    let folder = Path::new("years/2026");
    insta::assert_snapshot!(banner(Some(folder), Some(8025), YearKind::Continued), @r#"
    Meterlink local demo   fictional utility "Voorbeeld Water"; nothing leaves this computer; not for production

      Inbox        http://127.0.0.1:8035/inbox    25 mails waiting
      Back office  http://127.0.0.1:8035/ops      campaign 2026: 94 addresses asked, 0 received
      Clock        Thu 26 Nov 2026 09:00          Europe/Amsterdam; stands still until you move it
      Data         in years/2026

      Links in mails of before lead to port 8025: they open with --port 8025.

      It goes on where it stood. Try:
       1  Open the inbox, the newest mail, and a link in it.
       2  Enter a reading. Open the link again and enter one that cannot be.
       3  Press +1 week: the reminder names only what is still missing.
       4  Press "to the estimates": what never came is estimated; the back office says how.

      Same in the terminal: meterlink fast-forward        Stop: Ctrl-C
    "#);
}
