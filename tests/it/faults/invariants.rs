//! What must hold after a campaign, whatever broke in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use cloud::Store;
use cloud::store::account::AccountRecords;
use cloud::store::post::PostItem;
use cloud::store::sends::Send;
use domain::account::{CustomerNumber, RecipientState};
use domain::campaign::{CampaignState, Wave, WaveState};
use domain::id::CampaignNumber;
use domain::invoice::Series;
use domain::request::{ReadingRequest, RequestState};
use domain::sending::{Group, Part, Scope, SendState};
use domain::settlement::case::Case;
use domain::settlement::settle;
use meterlink::invoiced::Invoiced;
use meterlink::standin::ses::Mail;
use meterlink::world::{Letter, World, instant};

/// What was done to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// Functions died, and nothing else: everybody is reached, in time.
    Crashes,
    /// Services failed, mails bounced, messages and events went astray: what nobody could deal with
    /// is in a dead queue, and who cannot be mailed on the post list.
    Faults,
}

/// The asked meters of each account: the address, the meter, and its reading when it was submitted.
const ASKED: [(&str, &[Asked]); 6] = [
    ("K0001", &[("Lindelaan 1", "W0001", Some(("2026-11-26 12:00", "1200")))]),
    (
        "K0002",
        &[
            ("Lindelaan 21", "W0021", Some(("2026-12-03 15:00", "1180"))),
            ("Lindelaan 22", "W0022", None),
            ("Lindelaan 23", "W0023", None),
        ],
    ),
    ("K0003", &[("Lindelaan 3", "W0003", None)]),
    ("K0004", &[("Lindelaan 4", "W0004", None)]),
    ("K0006", &[("Lindelaan 6", "W0006", None)]),
    ("K0007", &[("Lindelaan 7", "W0007", None)]),
];

/// Every document of the year, by account.
const DOCUMENTS: [&str; 9] = [
    "K0001 conn-A0001",
    "K0002 conn-A0021",
    "K0002 conn-A0022",
    "K0002 conn-A0023",
    "K0003 conn-A0003",
    "K0004 conn-A0004",
    "K0005 conn-A0005",
    "K0006 conn-A0006",
    "K0007 conn-A0007",
];

/// An address, its meter, and when which value is submitted.
type Asked = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// So long an event that has arrived takes to be dealt with, though its function dies on the way.
const DEALT_WITH: TimeDelta = TimeDelta::minutes(30);

/// So long a mail in doubt waits for evidence before it is sent again.
const EVIDENCE: TimeDelta = TimeDelta::minutes(60);

/// What was done wrong until now, whatever comes: no mail twice, none about what was answered.
pub(crate) async fn broken_so_far(world: &mut World, harm: Harm) -> Vec<String> {
    let mut found = Found::of(world, harm).await;
    found.twice(world);
    found.named();
    found.broken
}

/// What does not hold, each a sentence that begins with its number in the design.
pub(crate) async fn broken(world: &mut World, harm: Harm) -> Vec<String> {
    let mut found = Found::of(world, harm).await;
    found.waves().await;
    found.called().await;
    found.twice(world);
    found.named();
    found.reminded();
    found.stored();
    found.on_paper().await;
    let in_the_open = world.in_the_open().into_iter();
    found.broken.extend(in_the_open.map(|found| format!("I8: {found}")));
    found.invoiced(world).await;
    let queues = world.stack().stand_ins().queues();
    for queue in queues.names() {
        let left = queues.counts(&queue).all();
        let may = harm == Harm::Faults && queue.ends_with("-dead");
        if left > 0 && !may {
            found.broken.push(format!("I1: {left} messages are in {queue}"));
        }
    }
    found.broken
}

fn campaign() -> CampaignNumber {
    CampaignNumber::new(2026).unwrap()
}

/// Every row of a scope.
async fn rows(store: &Store, scope: Scope) -> Vec<Send> {
    let mut rows = Vec::new();
    for shard in scope.drawers(store.drawers()).all() {
        rows.extend(store.sends(&scope, shard, None, 1_000).await.unwrap().sends);
    }
    rows
}

/// What is there at the end, and what of it is wrong.
struct Found {
    harm: Harm,
    store: Store,
    mails: Vec<(Mail, Letter)>,
    rows: BTreeMap<String, Send>,
    accounts: BTreeMap<&'static str, AccountRecords>,
    broken: Vec<String>,
}

impl Found {
    async fn of(world: &mut World, harm: Harm) -> Self {
        let store = world.stack().store();
        let mails = world.sent().into_iter();
        let mails = mails.map(|mail| (mail.clone(), Letter::of(&mail))).collect();
        let mut accounts = BTreeMap::new();
        for (account, _) in ASKED {
            let number = CustomerNumber::parse(account).unwrap();
            if let Ok(records) = store.account(&number).await {
                accounts.insert(account, records);
            }
        }
        Self { harm, store, mails, rows: BTreeMap::new(), accounts, broken: Vec::new() }
    }

    fn wrong(&mut self, wrong: String) {
        self.broken.push(wrong);
    }

    fn request(&self, account: &str, meter: &str) -> Option<&ReadingRequest> {
        let connections = &self.accounts.get(account)?.connections;
        let mut requests = connections.iter().flat_map(|one| &one.requests);
        requests.find(|request| request.meter.as_str() == meter)
    }

    /// When the reading of a meter was stored that somebody submitted.
    fn stored_at(&self, account: &str, meter: &str) -> Option<DateTime<Utc>> {
        let answer = self.request(account, meter)?.answer.as_ref()?;
        answer.receipt.as_ref().map(|_| answer.at)
    }

    /// I1 and I9: every row is final, and a wave finished if and only if its rows add up.
    async fn waves(&mut self) {
        let record = self.store.campaign(campaign()).await.unwrap();
        if record.progress.state != CampaignState::Closed {
            self.wrong(format!("I1: the campaign is {:?}", record.progress.state));
        }
        for wave in [Wave::Call, Wave::Reminder(1), Wave::Estimated] {
            let scope = Scope::Wave { campaign: campaign(), wave };
            let found = rows(&self.store, scope).await;
            for row in &found {
                if !row.state.is_final() {
                    self.wrong(format!("I1: {scope} {} is {:?}", row.account, row.state));
                }
                let given_up = row.state == SendState::Unresolved;
                if wave == Wave::Call && given_up && row.attempts < 2 {
                    self.wrong(format!("I1: {scope} {} was let go", row.account));
                }
            }
            let state = record.progress.wave(wave);
            let kept = self.store.wave(&scope).await.unwrap();
            let adds_up = kept.quiet().is_some_and(|tally| tally.adds_up(kept.accounts()));
            let tally = self.store.tally(&scope).await.unwrap();
            if (state == WaveState::Finished) != (adds_up && tally.adds_up(kept.accounts())) {
                self.wrong(format!("I9: {scope} is {state:?}, its rows are {tally:?}"));
            }
            if state != WaveState::Finished {
                self.wrong(format!("I9: {scope} is {state:?}"));
            }
            self.rows.extend(found.into_iter().map(|row| (row.id().to_string(), row)));
        }
    }

    /// I1: everybody who is asked has the call, or stands on a post list instead.
    async fn called(&mut self) {
        let call = Scope::Wave { campaign: campaign(), wave: Wave::Call };
        let paper = self.paper().await;
        let listed = |account: &str| {
            let of_account = |item: &&PostItem| item.account.as_str() == account;
            paper.iter().filter(of_account).any(|item| item.listed_on.is_some())
        };
        let mut wrong = Vec::new();
        for (account, asked) in ASKED {
            let of_call = |row: &&Send| row.scope == call && row.account.as_str() == account;
            let of_account: Vec<&Send> = self.rows.values().filter(of_call).collect();
            // Who leaves before an uncertain mail is sent again needs none, and who has answered.
            let asked_now = |asked: &Asked| self.stored_at(account, asked.1).is_none();
            let may_skip = account == "K0007" || !asked.iter().any(asked_now);
            let reached = |row: &&Send| match row.state {
                SendState::Accepted => account != "K0004",
                SendState::Skipped => may_skip,
                SendState::Post => account == "K0004" || self.nobody_can_be_mailed(account),
                SendState::Rejected => self.harm == Harm::Faults && listed(account),
                // Two crashes can leave a mail in doubt twice.
                SendState::Unresolved => {
                    (self.harm == Harm::Faults || row.attempts > 1) && listed(account)
                }
                SendState::Planned | SendState::Claimed | SendState::Unknown => false,
            };
            let joined = |row: &&Send| row.part > Part::POST;
            let has_row = of_account.iter().any(|row| account != "K0006" || joined(row));
            if !has_row || !of_account.iter().all(reached) {
                wrong.push(format!("I1: {account} was not called"));
            }
        }
        if self.rows.values().any(|row| row.account.as_str() == "K0005") {
            wrong.push("I1: K0005 is read remotely and was written to".into());
        }
        self.broken.extend(wrong);
    }

    fn nobody_can_be_mailed(&self, account: &str) -> bool {
        let records = self.accounts.get(account);
        records.is_some_and(|records| {
            records.recipients.iter().all(|recipient| recipient.state != RecipientState::Ok)
        })
    }

    /// I2: one mail an attempt; a second attempt only of a row that says so, and of which no event
    /// came for an hour.
    fn twice(&mut self, world: &mut World) {
        let mut wrong = Vec::new();
        let mut by_send: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
        for (mail, _) in &self.mails {
            by_send.entry(&mail.tags["send"]).or_default().push(mail);
        }
        let stand_ins = world.stack().stand_ins();
        let events = stand_ins.mails().events();
        let rows = stand_ins.tables().items("local-sends").into_iter();
        let perhaps_twice = rows.filter(|row| row["dup"]["BOOL"] == true);
        let perhaps_twice: BTreeSet<String> =
            perhaps_twice.filter_map(|row| row["sk"]["S"].as_str().map(str::to_owned)).collect();
        for (send, mails) in by_send {
            let attempts: Vec<&str> =
                mails.iter().map(|mail| mail.tags["attempt"].as_str()).collect();
            let distinct: BTreeSet<_> = attempts.iter().collect();
            let may = perhaps_twice.contains(send);
            if distinct.len() < mails.len() || (mails.len() > 1 && !may) {
                wrong.push(format!("I2: {send} was mailed in the attempts {attempts:?}"));
            }
            for pair in mails.windows(2) {
                if pair[1].at - pair[0].at < EVIDENCE {
                    let after = pair[1].at - pair[0].at;
                    wrong.push(format!("I2: {send} was mailed again after {after}"));
                }
                let came = events.iter().any(|event| {
                    event.mail == pair[0].number && event.arrives_at + DEALT_WITH <= pair[1].at
                });
                if came {
                    wrong.push(format!("I2: {send} was mailed again though it was proven"));
                }
            }
        }
        self.broken.extend(wrong);
    }

    /// I7: a mail that asks names what is missing when it is made, each address once; a notice
    /// names nothing that was answered.
    fn named(&mut self) {
        let mut wrong = Vec::new();
        let about_readings = |(_, letter): &&(Mail, Letter)| !letter.scope.starts_with("inv-");
        for (mail, letter) in self.mails.iter().filter(about_readings) {
            let account: String = letter.to[0].chars().take(5).collect();
            let account = account.to_uppercase();
            let Some((account, asked)) = ASKED.into_iter().find(|(known, _)| *known == account)
            else {
                wrong.push(format!("I7: {} is to {account}", mail.number));
                continue;
            };
            let named: Vec<String> = letter.addresses();
            let mut once = named.clone();
            once.sort();
            once.dedup();
            let asks = matches!(letter.scope.as_str(), "c2026-call" | "c2026-r1");
            let mut right = once.len() == named.len() && (!named.is_empty() || !asks);
            let mut known = 0;
            for (address, meter, _) in asked {
                let stored = self.stored_at(account, meter);
                let is_named = named.iter().any(|named| named == address);
                known += usize::from(is_named);
                right &= match stored {
                    Some(at) if at < mail.at => !is_named || letter.scope.starts_with("rcp-"),
                    Some(at) if at == mail.at => true,
                    Some(_) | None => is_named || !asks,
                };
            }
            if !right || known != named.len() {
                wrong.push(format!("I7: {} to {account} names {named:?}", letter.scope));
            }
        }
        self.broken.extend(wrong);
    }

    /// I7: whoever is still asked has a reminder, or a row that says why not.
    fn reminded(&mut self) {
        let mut wrong = Vec::new();
        for account in ["K0002", "K0003"] {
            let reminder = Scope::Wave { campaign: campaign(), wave: Wave::Reminder(1) };
            let of_account = |row: &&Send| row.scope == reminder && row.account.as_str() == account;
            let of_account: Vec<&Send> = self.rows.values().filter(of_account).collect();
            let skipped = of_account.iter().any(|row| row.state == SendState::Skipped);
            if of_account.is_empty() || skipped {
                wrong.push(format!("I7: {account} was not reminded"));
            }
        }
        self.broken.extend(wrong);
    }

    /// I3 and I4: what was answered with success is stored, at its meter and nowhere else;
    /// everything that is not answered is estimated or has ended.
    fn stored(&mut self) {
        let mut wrong = Vec::new();
        for (account, asked) in ASKED {
            for (address, meter, submitted) in asked {
                // Nobody answers who has no link yet.
                let submitted = submitted.filter(|(at, _)| {
                    self.mails.iter().any(|(mail, letter)| {
                        mail.at <= instant(at)
                            && letter.addresses().iter().any(|known| known == address)
                    })
                });
                let expected = match (account, submitted) {
                    ("K0007", _) => RequestState::Ended,
                    (_, _) => RequestState::Invoiced,
                };
                let request = self.request(account, meter);
                let state = request.map(|request| request.state);
                if state != Some(expected) {
                    wrong.push(format!("I3: {meter} is {state:?}, not {expected:?}"));
                }
                let answer = request.and_then(|request| request.answer.as_ref());
                let answer = answer.filter(|answer| answer.receipt.is_some());
                let values = answer.map(|answer| {
                    let values = answer.values.iter().map(|(_, value)| value.to_string());
                    (answer.at, values.collect::<Vec<_>>())
                });
                let right = submitted.map(|(at, value)| (instant(at), vec![value.to_owned()]));
                if values != right {
                    wrong.push(format!("I4: {meter} has {values:?}, not {right:?}"));
                }
            }
        }
        self.broken.extend(wrong);
    }

    /// I5 and I6: every document has one invoice, the numbers are 1, 2, 3 and on, and each amount is
    /// what its own case comes to.
    async fn invoiced(&mut self, world: &mut World) {
        let invoiced = Invoiced::of(&self.store, campaign()).await.unwrap();
        let mut wrong = Vec::new();
        let made: Vec<String> = invoiced
            .settlements
            .iter()
            .map(|it| format!("{} {} {}", it.account, it.document, it.state))
            .collect();
        if made != DOCUMENTS.map(|document| format!("{document} numbered")) {
            wrong.push(format!("I5: there are {made:?}"));
        }
        if !invoiced.are_consecutive() {
            wrong.push(format!("I5: the numbers are {:?}", invoiced.numbers()));
        }
        let on = "2026-12-17".parse().unwrap();
        let allotted = self.store.allotted(on, Series::ANNUAL).await.unwrap();
        let items = world.stack().stand_ins().tables().items("local-billing");
        let stored = items.iter().filter(|it| it.to_string().contains("INV#")).count();
        let count = invoiced.numbers().len();
        if usize::try_from(allotted).unwrap() != count || stored != count {
            wrong.push(format!("I5: {allotted} allotted, {stored} invoices, {count} numbers"));
        }
        for settlement in &invoiced.settlements {
            let Some(number) = &settlement.number else { continue };
            let Some(invoice) = self.store.invoice(number).await.unwrap() else {
                wrong.push(format!("I5: there is no invoice {number}"));
                continue;
            };
            let case = Case::parse(invoice.case.as_bytes()).unwrap();
            let settled = settle(&case).unwrap();
            let payable = Some(settled.totals.payable);
            let head = &invoice.head;
            let own = head.account == settlement.account && head.document == settlement.document;
            if !own
                || settled.number != *number
                || case.buyer.customer_number != head.account.as_str()
            {
                wrong.push(format!("I5: {number} is another's"));
            }
            if settlement.payable != payable || Some(head.payable) != payable {
                wrong.push(format!("I6: {number} is {:?}, not {payable:?}", settlement.payable));
            }
        }
        self.broken.extend(wrong);
    }

    /// Who is written to on paper.
    async fn paper(&self) -> Vec<PostItem> {
        let group = Group::Campaign(campaign());
        self.store.on_paper(group, None, 1_000).await.unwrap().items
    }

    /// I1: who no mail can reach, and who was not sent the call for good, stands on a post list that
    /// was written.
    async fn on_paper(&mut self) {
        let listed = self.paper().await;
        let paper: BTreeSet<&str> = listed.iter().map(|item| item.account.as_str()).collect();
        let not_mailed = |row: &&Send| match row.state {
            SendState::Post => true,
            SendState::Rejected | SendState::Unresolved => row.scope.is_promised(),
            SendState::Planned
            | SendState::Claimed
            | SendState::Accepted
            | SendState::Unknown
            | SendState::Skipped => false,
        };
        let accounts = |which: &dyn Fn(&&Send) -> bool| -> BTreeSet<&str> {
            self.rows.values().filter(which).map(|row| row.account.as_str()).collect()
        };
        let mut expected = accounts(&not_mailed);
        expected.insert("K0004");
        // Whose call was in doubt may have been put on paper before its row went another way.
        let mut possible = accounts(&|row| row.perhaps_twice && row.scope.is_promised());
        possible.extend(&expected);
        let by_crashes = |account: &&&str| {
            let twice = |row: &&Send| row.account.as_str() == **account && row.perhaps_twice;
            **account == "K0004" || self.rows.values().any(|row| twice(&row))
        };
        let by_faults = self.harm == Harm::Faults;
        let nobody_else = by_faults || paper.iter().all(|account| by_crashes(&account));
        // After the close nobody is asked any more, and no list is written.
        let unlisted = listed.iter().filter(|item| item.listed_on.is_none());
        let notice = |scope: Scope| matches!(scope, Scope::Wave { wave: Wave::Estimated, .. });
        let late = |scope| by_faults && notice(scope);
        let right = expected.is_subset(&paper) && paper.is_subset(&possible) && nobody_else;
        if !right || unlisted.clone().any(|item| !late(item.scope)) {
            self.broken.push(format!("I1: the post list has {listed:?}, expected {expected:?}"));
        }
    }
}
