//! Asking a colleague: what a holder of a link can do by forwarding, but listed, limited, revocable.

use insta::assert_snapshot;

use meterlink::world::{Letter, Seen, World};

use crate::set::Set;

/// An open campaign of the set `vve`, and the link of Molenlaan 8.
struct Open {
    world: World,
    link: String,
    ask: String,
}

const COLLEAGUE: &str = "jan@gemeente.example";

async fn open() -> Open {
    let mut world = Set::fixture("vve").loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let link = world.mails_to("anna@example.org").pop().unwrap().link("Molenlaan 8");
    world.mails();
    let ask = format!("{link}/ask");
    Open { world, link, ask }
}

impl Open {
    /// Types a mailbox on the page of asking; the answer is not followed.
    async fn ask(&self, mailbox: &str) -> Seen {
        self.world.post(&self.ask, &[("email".to_owned(), mailbox.to_owned())]).await
    }

    /// Asks the colleague, and the link in their mail.
    async fn delegated(&mut self) -> String {
        let answer = self.ask(COLLEAGUE).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.world.pump().await;
        let mail = self.world.mails_to(COLLEAGUE).pop().unwrap();
        mail.link("Molenlaan 8")
    }

    async fn revoke(&self, numbers: &[u16]) -> Seen {
        let ticks = numbers.iter().map(|number| (format!("x{number}"), "yes".to_owned()));
        let fields: Vec<_> = ticks.chain([("revoke".to_owned(), "1".to_owned())]).collect();
        self.world.post(&self.ask, &fields).await
    }
}

#[tokio::test]
async fn a_colleague_gets_a_link_for_this_address_alone() {
    let mut open = open().await;
    let page = open.world.open(&open.link).await;
    assert!(page.html.contains("/ask\">Vraag het een collega</a>"), "{}", page.html);
    let page = open.world.open(&open.ask).await;
    assert_snapshot!(page.text(), @"
    Molenlaan 8 1234 AB Voorbeelddorp
    Wat is het e-mailadres van uw collega?
    Wij sturen uw collega een link voor alleen dit adres. Bijvoorbeeld naam@voorbeeld.nl. Wij gebruiken het alleen hiervoor.
    Link versturen
    Voor meer adressen tegelijk
    Wij sturen u een overzicht van uw adressen, naar het e-mailadres dat wij van u kennen. De link daarin werkt één dag.
    Ja, stuur mij het overzicht
    Overzicht sturen
    Terug naar de vraag
    ");
    let answer = open.ask(" Jan@Gemeente.Example ").await;
    assert_eq!((answer.status, open.ask.ends_with(&answer.location().unwrap())), (303, true));
    open.world.pump().await;
    let mail = open.world.mails_to(COLLEAGUE).pop().unwrap();
    assert_eq!(mail.subject, "Voorbeeld Water: wilt u de meterstand doorgeven voor 1 adres?");
    assert_eq!((mail.addresses(), mail.links().len()), (vec!["Molenlaan 8".to_owned()], 1));
    for secret in ["Anna", "Vries", "K10001", "anna@example.org", "Dorpsstraat"] {
        assert!(!mail.html().contains(secret), "{secret}");
    }
    let link = mail.link("Molenlaan 8");
    assert_ne!(link, open.link);
    let theirs = open.world.open(&link).await;
    assert_eq!(theirs.status, 200);
    assert!(!theirs.html.contains("/ask"), "a colleague cannot ask on");
    let nowhere = open.world.open(&format!("{link}x")).await;
    let hidden = open.world.open(&format!("{link}/ask")).await;
    assert_eq!((hidden.status, hidden.html), (404, nowhere.html));
    let page = open.world.open(&open.ask).await;
    let text = page.text();
    assert!(
        text.contains("Gevraagd op 26 november 2026") && text.contains("j•••@gemeente"),
        "{text}"
    );
    assert!(!page.html.contains(COLLEAGUE), "who holds the link does not learn the mailbox");
}

#[tokio::test]
async fn a_colleagues_reading_closes_the_address_for_both() {
    let mut open = open().await;
    let link = open.delegated().await;
    let receipt = open.world.submit(&link, "01287").await;
    assert!(receipt.stored, "{}", receipt.text());
    assert!(receipt.text().contains("via een collega"), "{}", receipt.text());
    let page = open.world.open(&open.link).await;
    assert!(page.text().contains("Wij ontvingen 01287"), "{}", page.text());
    let asked = open.world.open(&open.ask).await;
    assert!(asked.text().contains("heeft een stand doorgegeven"), "{}", asked.text());
    assert!(asked.text().contains("Van dit adres hebben wij al een stand"), "{}", asked.text());
    open.world.advance_to("2026-12-20 12:00").await;
    let mails = open.world.mails();
    let receipts: Vec<_> = mails.iter().filter(|mail| mail.scope.starts_with("rcp-")).collect();
    assert_eq!(receipts.len(), 1);
    assert_eq!(receipts[0].to, ["anna@example.org"], "a receipt goes to the account");
    assert!(mails.iter().all(|mail| !mail.to.contains(&COLLEAGUE.to_owned())));
}

#[tokio::test]
async fn a_link_that_was_revoked_opens_nothing_from_its_next_request_on() {
    let mut open = open().await;
    let link = open.delegated().await;
    let page = open.world.open(&link).await;
    assert_eq!(open.revoke(&[1]).await.status, 303);
    let nowhere = open.world.open(&link.replace("/m/", "/m/A")).await;
    let gone = open.world.open(&link).await;
    assert_eq!((gone.status, &gone.html), (404, &nowhere.html));
    let register = page.first_register();
    let posted = open.world.send(&link, &page, &[(&register, "01287")]).await;
    assert_eq!((posted.status, &posted.html), (404, &nowhere.html));
    let asked = open.world.open(&open.ask).await;
    assert!(asked.text().contains("de link is ingetrokken"), "{}", asked.text());
    assert_eq!(open.world.open(&open.link).await.status, 200, "the asker's link lives on");
    // Once more changes nothing; nothing ticked, and a colleague of somebody else, are refused.
    assert_eq!(open.revoke(&[1]).await.status, 303);
    assert_eq!(open.revoke(&[]).await.status, 422);
    assert_eq!(open.revoke(&[2]).await.status, 400);
}

#[tokio::test]
async fn a_colleague_who_declines_changes_nothing_for_the_account() {
    let mut open = open().await;
    let link = open.delegated().await;
    let why = [("why".to_owned(), "not-my-address".to_owned())];
    let answer = open.world.post(&format!("{link}/cannot"), &why).await;
    assert_eq!(answer.status, 303);
    let page = open.world.open(&link).await;
    assert!(page.text().contains("Wij weten het nu"), "{}", page.text());
    let page = open.world.open(&open.link).await;
    assert!(!page.text().contains("Wij weten het nu"), "{}", page.text());
    let asked = open.world.open(&open.ask).await;
    assert!(asked.text().contains("dit is niet mijn adres"), "{}", asked.text());
    open.world.advance_to("2026-12-03 12:00").await;
    let reminded = open.world.mails_to("anna@example.org");
    assert_eq!(reminded.len(), 1, "the account is reminded as before");
    open.world.mails();
}

#[tokio::test]
async fn reminders_say_who_was_asked_and_the_last_one_reminds_the_colleague() {
    let mut open = open().await;
    let link = open.delegated().await;
    open.world.advance_to("2026-12-03 12:00").await;
    let reminder = open.world.mails_to("anna@example.org").pop().unwrap();
    assert!(
        reminder.text().contains("gevraagd aan een collega op 26 november"),
        "{}",
        reminder.text()
    );
    assert_eq!(open.world.mails_to(COLLEAGUE).len(), 0);
    open.world.advance_to("2026-12-17 12:00").await;
    let again = open.world.mails_to(COLLEAGUE);
    assert_eq!(again.len(), 1, "one more mail, with the last reminder");
    assert_eq!(again[0].link("Molenlaan 8"), link);
    open.world.mails();
}

#[tokio::test]
async fn no_more_are_asked_than_may_be() {
    let mut open = open().await;
    for number in 1..=3 {
        assert_eq!(open.ask(&format!("een{number}@gemeente.example")).await.status, 303);
    }
    let full = open.ask("vier@gemeente.example").await;
    assert_eq!(full.status, 429);
    assert!(full.text().contains("Trek eerst een link in"), "{}", full.text());
    // who was asked is not asked again
    assert_eq!(open.ask("een1@gemeente.example").await.status, 303);
    assert_eq!(open.revoke(&[1, 2]).await.status, 303);
    for number in 4..=5 {
        assert_eq!(open.ask(&format!("een{number}@gemeente.example")).await.status, 303);
    }
    assert_eq!(open.revoke(&[3, 4, 5]).await.status, 303);
    let spent = open.ask("zes@gemeente.example").await;
    assert_eq!(spent.status, 429);
    assert!(spent.text().contains("Meer kan niet"), "{}", spent.text());
    open.world.pump().await;
    assert_eq!(open.world.mails().len(), 0, "who was revoked before the mail went gets none");
}

#[tokio::test]
async fn one_mailbox_is_asked_five_times_a_day_by_whomever() {
    let mut world = Set::street(6).loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let links: Vec<String> = world.mails().iter().map(|mail| mail.links().remove(0)).collect();
    let email = [("email".to_owned(), COLLEAGUE.to_owned())];
    let mut statuses = Vec::new();
    for link in &links {
        statuses.push(world.post(&format!("{link}/ask"), &email).await.status);
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    world.pump().await;
    assert_eq!(world.mails().len(), 5);
}

#[tokio::test]
async fn what_is_no_mailbox_is_refused_and_what_was_typed_stays() {
    let open = open().await;
    for typed in
        ["", "jan", "jan@gemeente", "a@b.nl,c@d.nl", "a@b.nl\r\nBcc: c@d.nl", "<script>@a.nl"]
    {
        let answer = open.ask(typed).await;
        assert_eq!(answer.status, 422, "{typed}");
        assert!(answer.title().starts_with("Fout: ") && !answer.html.contains("<script>"));
    }
    let served = open.world.open(&open.ask).await;
    let as_served = open.world.post(&open.ask, &served.fields()).await;
    assert_eq!(as_served.status, 422, "no form that a GET serves is valid as served");
    let unknown = [("email".to_owned(), COLLEAGUE.to_owned()), ("x".to_owned(), String::new())];
    assert_eq!(open.world.post(&open.ask, &unknown).await.status, 400);
}

/// A customer with three addresses, `Dorpsstraat 1`, `3` and `5`, and the link of the first.
async fn three() -> Open {
    let set = Set::fixture("vve")
        .add(
            "connections",
            "A10047;K10042;;water;Dorpsstraat;5;;;1234AD;Voorbeelddorp;2,5;;customer;;01-03-2016;",
        )
        .add("meters", "W10047;A10047;1;m3;5;0;01-03-2016;0;;")
        .add("readings", "W10047;1;31-12-2024;880;customer")
        .add("readings", "W10047;1;31-12-2025;1000;customer");
    let mut world = set.loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    let link = world.mails_to(VVE).pop().unwrap().link("Dorpsstraat 1");
    world.mails();
    let ask = format!("{link}/ask");
    Open { world, link, ask }
}

const VVE: &str = "vve@example.org";

fn ticked(names: &[&str]) -> Vec<(String, String)> {
    names.iter().map(|name| ((*name).to_owned(), "yes".to_owned())).collect()
}

impl Open {
    /// Asks for the overview by the link, and opens its mail.
    async fn overview(&mut self) -> String {
        let mut wanted = ticked(&["overview"]);
        wanted.push(("wanted".to_owned(), "overview".to_owned()));
        let answer = self.world.post(&self.ask, &wanted).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.world.pump().await;
        let mail = self.world.mails_to(VVE).pop().unwrap();
        assert_eq!(mail.subject, "Kies voor welke adressen een collega de meterstand doorgeeft");
        mail.links().remove(0)
    }

    /// Asks the colleague for what is ticked on the overview.
    async fn choose(&self, overview: &str, names: &[&str], mailbox: &str) -> Seen {
        let mut fields = ticked(names);
        fields.push(("email".to_owned(), mailbox.to_owned()));
        self.world.post(overview, &fields).await
    }
}

/// The link that lists the addresses of a mail to a colleague: with the host of these tests a link to one
/// of them would not fit its line.
#[track_caller]
fn list_of(mail: &Letter) -> String {
    let mut links = mail.links();
    links.dedup();
    let [list] = links.try_into().unwrap();
    list
}

#[tokio::test]
async fn a_colleague_is_asked_for_the_addresses_that_are_chosen() {
    let mut open = three().await;
    let overview = open.overview().await;
    let page = open.world.open(&overview).await;
    assert_snapshot!(page.text(), @r"
    Voor welke adressen vraagt u het een collega?
    U ziet de adressen waarvan wij nog geen stand hebben. Uw collega krijgt één e-mail met een link voor alleen deze adressen.
    Alle 3 adressen
    Dorpsstraat 1 1234 AD Voorbeelddorp
    Dorpsstraat 3 1234 AD Voorbeelddorp
    Dorpsstraat 5 1234 AD Voorbeelddorp
    Wat is het e-mailadres van uw collega?
    Bijvoorbeeld naam@voorbeeld.nl. Wij gebruiken het alleen hiervoor.
    Link versturen
    ");
    let answer = open.choose(&overview, &["c1", "c3"], COLLEAGUE).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    open.world.pump().await;
    let mail = open.world.mails_to(COLLEAGUE).pop().unwrap();
    assert_eq!(mail.subject, "Voorbeeld Water: wilt u de meterstand doorgeven voor 2 adressen?");
    assert_eq!(mail.addresses(), ["Dorpsstraat 1", "Dorpsstraat 5"]);
    assert!(mail.text().contains("op deze adressen"), "{}", mail.text());
    for secret in ["VvE", "K10042", VVE, "Dorpsstraat 3"] {
        assert!(!mail.html().contains(secret), "{secret}");
    }

    // The link lists both addresses and no other; each has a page of its own behind it.
    let list = list_of(&mail);
    let [first, last] = ["a1", "a2"].map(|place| format!("{list}/{place}"));
    let seen = open.world.open(&list).await;
    assert_snapshot!(seen.text(), @r"
    Van welk adres geeft u de stand door?
    Kies een adres. Daarna komt u hier terug voor het volgende.
    Dorpsstraat 1 1234 AD Voorbeelddorp
    Dorpsstraat 5 1234 AD Voorbeelddorp
    ");
    for (link, address) in [(&first, "Dorpsstraat 1"), (&last, "Dorpsstraat 5")] {
        let page = open.world.open(link).await;
        assert_eq!((page.status, page.text().starts_with(address)), (200, true), "{}", page.text());
        assert!(page.html.contains(&format!("{}-cannot", page_path(link))), "{}", page.html);
    }
    let receipt = open.world.submit(&last, "01120").await;
    assert!(receipt.stored, "{}", receipt.text());
    let text = receipt.text();
    assert!(text.contains("via een collega") && text.contains("Naar alle adressen"), "{text}");
    let seen = open.world.open(&list).await;
    assert!(seen.text().contains("Ontvangen"), "{}", seen.text());
    let page = open.world.open(&overview).await;
    assert!(!page.text().contains("Dorpsstraat 5 "), "{}", page.text());
    assert!(page.text().contains("heeft een stand doorgegeven"), "{}", page.text());

    // Nothing else is behind either of them.
    let nowhere = open.world.open(&list.replace("/m/", "/m/A")).await;
    for path in [
        format!("{list}/a3"),
        format!("{list}/a0"),
        format!("{list}/ask"),
        format!("{list}/cannot"),
        format!("{first}-ask"),
        format!("{overview}/a1"),
        format!("{overview}/cannot"),
        format!("{overview}/ask"),
        format!("{}/a1", open.link),
    ] {
        let hidden = open.world.open(&path).await;
        assert_eq!((hidden.status, &hidden.html), (404, &nowhere.html), "{path}");
    }
    open.world.advance_to("2026-11-26 12:00").await;
    open.world.mails();
}

/// The path of a link.
fn page_path(link: &str) -> &str {
    link.split_at(link.find("/m/").unwrap()).1
}

#[tokio::test]
async fn what_was_asked_on_the_overview_is_revoked_at_once() {
    let mut open = three().await;
    let overview = open.overview().await;
    assert_eq!(open.choose(&overview, &["all"], COLLEAGUE).await.status, 303);
    assert_eq!(open.choose(&overview, &["c2"], "piet@gemeente.example").await.status, 303);
    open.world.pump().await;
    let all = open.world.mails_to(COLLEAGUE).pop().unwrap();
    assert_eq!(all.links().len(), 3);
    let one = open.world.mails_to("piet@gemeente.example").pop().unwrap().link("Dorpsstraat 3");
    assert!(!one.contains("/a"), "one address has no list: {one}");
    assert_eq!(open.world.open(&one).await.status, 200);
    let revoke = |names: &[&str]| {
        let mut fields = ticked(names);
        fields.push(("revoke".to_owned(), "1".to_owned()));
        fields
    };
    assert_eq!(open.world.post(&overview, &revoke(&[])).await.status, 422);
    assert_eq!(open.world.post(&overview, &revoke(&["x9"])).await.status, 400);
    assert_eq!(open.world.post(&overview, &revoke(&["xall"])).await.status, 303);
    for link in all.links().iter().chain([&one]) {
        assert_eq!(open.world.open(link).await.status, 404, "{link}");
    }
    let page = open.world.open(&overview).await;
    assert_eq!(page.text().matches("de link is ingetrokken").count(), 2, "{}", page.text());
    assert_eq!(open.world.open(&open.link).await.status, 200, "the asker's link lives on");
}

#[tokio::test]
async fn nobody_is_asked_for_nothing_or_too_often() {
    let mut open = three().await;
    let overview = open.overview().await;
    for (names, mailbox, status) in [
        (&[][..], COLLEAGUE, 422),
        (&["c1"], "jan@gemeente", 422),
        (&["c4"], COLLEAGUE, 400),
        (&["c1"], "een@gemeente.example", 303),
        (&["c1"], "een@gemeente.example", 303), // asked before: nobody is mailed twice
        (&["c2"], "twee@gemeente.example", 303),
        (&["c3"], "drie@gemeente.example", 303),
        (&["c1"], "vier@gemeente.example", 429),
    ] {
        let answer = open.choose(&overview, names, mailbox).await;
        assert_eq!(answer.status, status, "{names:?} {mailbox}: {}", answer.text());
    }
    let page = open.world.open(&overview).await;
    let as_served = open.world.post(&overview, &page.fields()).await;
    assert_eq!(as_served.status, 422, "no form that a GET serves is valid as served");
    open.world.pump().await;
    assert_eq!(open.world.mails().len(), 3);
}

#[tokio::test]
async fn the_overview_goes_to_the_account_alone_and_for_a_day() {
    let mut open = three().await;
    let served = [("wanted".to_owned(), "overview".to_owned())];
    assert_eq!(open.world.post(&open.ask, &served).await.status, 422, "not ticked");
    let overview = open.overview().await;
    let page = open.world.open(&open.ask).await;
    assert!(page.text().contains("Het overzicht is op 26 november 2026"), "{}", page.text());
    assert!(!page.html.contains("vve@") && !page.text().contains("Dorpsstraat 3"));
    // asked for again, the same one counts
    let mut wanted = ticked(&["overview"]);
    wanted.extend(served);
    assert_eq!(open.world.post(&open.ask, &wanted).await.status, 303);
    open.world.advance_to("2026-11-27 09:00").await;
    assert_eq!(open.world.mails().len(), 0);
    assert_eq!(open.world.open(&overview).await.status, 200);
    open.world.advance_to("2026-11-27 10:00").await;
    let nowhere = open.world.open(&overview.replace("/m/", "/m/A")).await;
    let gone = open.world.open(&overview).await;
    assert_eq!((gone.status, &gone.html), (404, &nowhere.html));
    assert_eq!(open.choose(&overview, &["c1"], COLLEAGUE).await.status, 404);
}

#[tokio::test]
async fn an_account_that_cannot_be_mailed_is_told_so() {
    let mut world = Set::fixture("vve").loaded().await;
    world.advance_to("2026-11-26 09:30").await;
    world.mails();
    let list = world.file("outgoing/post/2026/2026-11-26.csv").await;
    let (_, link) = list.trim_end().rsplit_once(';').unwrap();
    let mut wanted = ticked(&["overview"]);
    wanted.push(("wanted".to_owned(), "overview".to_owned()));
    let answer = world.post(&format!("{link}/ask"), &wanted).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.text().contains("Wij kennen geen e-mailadres van u"), "{}", answer.text());
}

#[tokio::test]
async fn what_was_estimated_is_not_called_received() {
    let mut open = three().await;
    let overview = open.overview().await;
    assert_eq!(open.choose(&overview, &["c1", "c2"], COLLEAGUE).await.status, 303);
    open.world.pump().await;
    let list = list_of(&open.world.mails_to(COLLEAGUE).pop().unwrap());
    assert!(open.world.submit(&format!("{list}/a1"), "01120").await.stored);
    open.world.advance_to("2026-12-30 12:00").await;
    open.world.mails();
    let text = open.world.open(&list).await.text();
    assert_eq!(text.matches("Ontvangen").count(), 1, "{text}");
    // a late reading replaces the estimate
    assert!(open.world.submit(&format!("{list}/a2"), "01310").await.stored);
    let text = open.world.open(&list).await.text();
    assert_eq!(text.matches("Ontvangen").count(), 2, "{text}");
    open.world.advance_to("2026-12-30 13:00").await;
    open.world.mails();
}

#[tokio::test]
async fn twenty_forms_an_hour_are_taken_for_each_address() {
    let mut open = three().await;
    let overview = open.overview().await;
    assert_eq!(open.choose(&overview, &["c1", "c2"], COLLEAGUE).await.status, 303);
    open.world.pump().await;
    let list = list_of(&open.world.mails_to(COLLEAGUE).pop().unwrap());
    let [first, second] = ["a1", "a2"].map(|place| format!("{list}/{place}"));
    let form = open.world.open(&first).await.fields();
    for _ in 0..20 {
        assert_eq!(open.world.post(&first, &form).await.status, 422);
    }
    assert_eq!(open.world.post(&first, &form).await.status, 429);
    assert_eq!(open.world.post(&format!("{first}-cannot"), &[]).await.status, 429);
    let form = open.world.open(&second).await.fields();
    assert_eq!(open.world.post(&second, &form).await.status, 422, "each address has its own count");
}

#[tokio::test]
async fn the_last_reminder_reminds_the_colleague_of_what_is_missing() {
    let mut open = three().await;
    let overview = open.overview().await;
    assert_eq!(open.choose(&overview, &["c1", "c2"], COLLEAGUE).await.status, 303);
    open.world.pump().await;
    let mail = open.world.mails_to(COLLEAGUE).pop().unwrap();
    assert!(open.world.submit(&format!("{}/a1", list_of(&mail)), "01120").await.stored);
    open.world.advance_to("2026-12-03 12:00").await;
    let reminder = open.world.mails_to(VVE).pop().unwrap();
    let text = reminder.text();
    assert_eq!(text.matches("gevraagd aan een collega op 26 november").count(), 1, "{text}");
    open.world.advance_to("2026-12-17 12:00").await;
    let again = open.world.mails_to(COLLEAGUE).pop().unwrap();
    assert_eq!(again.addresses(), ["Dorpsstraat 3"]);
    assert_eq!(again.link("Dorpsstraat 3"), mail.link("Dorpsstraat 3"));
    open.world.mails();
}

#[tokio::test]
async fn a_mail_whose_sending_was_uncertain_goes_out_once_or_is_sent_again() {
    let mut open = open().await;
    open.world.fault(
        r#"{"service":"sqs","op":"SendMessageBatch","nth":1,"times":3,"effect":"drop-before"}"#,
    );
    let lost = open.ask(COLLEAGUE).await;
    assert_eq!(lost.status, 503, "{}", lost.text());
    // pressed once more: nobody is asked twice, and what was planned is found by the sweep
    assert_eq!(open.ask(COLLEAGUE).await.status, 303);
    open.world.advance_to("2026-11-26 12:00").await;
    assert_eq!(open.world.mails_to(COLLEAGUE).len(), 1);
}
