//! The post list: who no mail can reach is written to on paper.
//!
//! A day has as many lists as it takes: `<day>.csv`, `<day>-2.csv` and on. Whoever stands on a list is
//! marked when it is written, with its day and number. So a run that stops goes on behind the last
//! list, which is written again, as long as there is room on it, with those who stand on it first.

use chrono::NaiveDate;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};

use cloud::event::{About, Order, Standing};
use cloud::store::account::{AccountRecords, ConnectionRecords};
use cloud::store::post::PostItem;
use cloud::store::sends::Carried;
use cloud::{Error, Failure};
use domain::account::CustomerNumber;
use domain::calendar::civil_day;
use domain::id::CampaignNumber;
use domain::invoice::InvoiceNumber;
use domain::post::{InvoicePost, PostEntry, invoice_post_list, post_list};
use domain::sending::Group;
use links::link::Link;
use links::link_type::Letter;

use crate::shift::{Extent, Shift};
use crate::{App, LEASE};

/// So many items are read at once.
const PAGE: i32 = 500;

/// So many accounts are read, or items marked, at once.
const AT_ONCE: usize = 8;

/// What is written on paper.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Letters {
    /// That readings are asked for in a campaign, with its deadline.
    Asking(CampaignNumber, NaiveDate),
    /// Invoices.
    Invoices,
}

impl Letters {
    fn group(self) -> Group {
        match self {
            Self::Asking(campaign, _) => Group::Campaign(campaign),
            Self::Invoices => Group::Billing,
        }
    }

    /// The key of list `number` of `day`, in the bucket of files.
    fn path(self, day: NaiveDate, number: u32) -> String {
        let folder = match self {
            Self::Asking(campaign, _) => campaign.to_string(),
            Self::Invoices => "billing".to_owned(),
        };
        match number {
            1 => format!("outgoing/post/{folder}/{day}.csv"),
            _ => format!("outgoing/post/{folder}/{day}-{number}.csv"),
        }
    }
}

/// One list of a day.
#[derive(Debug)]
struct List {
    number: u32,
    items: Vec<PostItem>,
}

impl List {
    fn empty(number: u32) -> Self {
        Self { number, items: Vec::new() }
    }

    /// Whether `next` goes on the next list: an account is on one.
    fn is_full_for(&self, next: &PostItem, letters: usize) -> bool {
        let same = self.items.last().is_some_and(|last| last.account == next.account);
        self.items.len() >= letters && !same
    }

    /// Those that are not marked yet.
    fn new_items(&self) -> impl Iterator<Item = &PostItem> {
        self.items.iter().filter(|item| item.listed_on.is_none())
    }
}

/// The last list of `today`, or an empty first one; `None` when nobody waits for a list.
async fn begun(app: &App, group: Group, today: NaiveDate) -> Result<Option<List>, Failure> {
    let (mut list, mut anybody, mut after) = (List::empty(1), false, None);
    loop {
        let page = app.store.on_paper(group, after, PAGE).await?;
        for item in page.items {
            anybody |= item.listed_on.is_none();
            if item.listed_on != Some(today) {
                continue;
            }
            if item.list > list.number {
                list = List::empty(item.list);
            }
            if item.list == list.number {
                list.items.push(item);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(anybody.then_some(list));
        }
    }
}

/// Writes the lists of the day of everybody who is not on one, and marks who is, list by list. Nobody
/// else may be at it.
pub(crate) async fn lists(app: &App, letters: Letters, shift: Shift) -> Result<Extent, Failure> {
    let group = letters.group();
    let today = civil_day(shift.now);
    let Some(mut list) = begun(app, group, today).await? else { return Ok(Extent::Whole) };
    let mut after = None;
    loop {
        let page = app.store.on_paper(group, after, PAGE).await?;
        for item in page.items.into_iter().filter(|item| item.listed_on.is_none()) {
            if list.is_full_for(&item, app.bounds.letters) {
                if list.new_items().next().is_some() {
                    write(app, letters, &list, shift).await?;
                    if shift.is_over() {
                        return Ok(Extent::Part);
                    }
                }
                list = List::empty(list.number.saturating_add(1));
            }
            list.items.push(item);
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if list.new_items().next().is_some() {
        write(app, letters, &list, shift).await?;
    }
    Ok(Extent::Whole)
}

/// Writes a list, and then marks who stands on it.
async fn write(app: &App, letters: Letters, list: &List, shift: Shift) -> Result<(), Failure> {
    let today = civil_day(shift.now);
    let csv = match letters {
        Letters::Asking(campaign, deadline) => {
            asking(app, campaign, deadline, &list.items, shift).await?
        }
        Letters::Invoices => of_invoices(app, &list.items).await?,
    };
    let path = letters.path(today, list.number);
    app.files.put(&path, csv.into_bytes(), "text/csv; charset=utf-8").await?;
    let marking: Vec<_> =
        list.new_items().map(|item| app.store.note_listed(item, today, list.number)).collect();
    let marked: Vec<()> = futures::stream::iter(marking).buffered(AT_ONCE).try_collect().await?;
    let group = letters.group();
    tracing::info!(%group, list = list.number, new = marked.len(), "a post list was written");
    Ok(())
}

/// What is known of `accounts`, of those that are there.
async fn records(app: &App, accounts: &[&CustomerNumber]) -> Result<Vec<AccountRecords>, Failure> {
    let reading: Vec<_> = accounts.iter().map(|account| app.store.account(account)).collect();
    let mut reading = futures::stream::iter(reading).buffered(AT_ONCE);
    let mut found = Vec::with_capacity(accounts.len());
    while let Some(read) = reading.next().await {
        match read {
            Ok(records) => found.push(records),
            Err(Error::Missing { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// The list of who is asked for readings: each address with what is missing there, and its link.
async fn asking(
    app: &App,
    campaign: CampaignNumber,
    deadline: NaiveDate,
    items: &[PostItem],
    shift: Shift,
) -> Result<String, Failure> {
    let mut accounts: Vec<&CustomerNumber> = items.iter().map(|item| &item.account).collect();
    accounts.sort();
    accounts.dedup();
    let ring = app.keys.ring(shift.now).await?;
    let key = ring.key::<Letter>();
    let link = |one: &ConnectionRecords| {
        key.link(&app.base, one.filed.subject, campaign, one.filed.generation)
    };
    let found = records(app, &accounts).await?;
    let with_links = found.iter().map(|records| {
        let links: Vec<Link> = records.connections.iter().map(link).collect();
        (records, links)
    });
    let letters: Vec<(&AccountRecords, Vec<Link>)> = with_links.collect();
    let entries: Vec<PostEntry<'_>> = letters
        .iter()
        .flat_map(|(records, links)| {
            let connections = records.connections.iter().zip(links);
            connections.map(|(connection, link)| (&records.account, connection, link))
        })
        .filter_map(|(account, connection, link)| {
            let meters: Vec<&str> = connection
                .requests
                .iter()
                .filter(|request| request.campaign == campaign && request.is_wanted())
                .map(|request| request.meter.as_str())
                .collect();
            (!meters.is_empty()).then(|| PostEntry {
                account,
                address: &connection.filed.connection.address,
                meters: meters.join(", "),
                link: link.reveal(),
            })
        })
        .collect();
    Ok(post_list(deadline, &entries))
}

/// The list of invoices that go by post. A second language, or a bounce behind it, is the same letter.
async fn of_invoices(app: &App, items: &[PostItem]) -> Result<String, Failure> {
    let carried = |item: &'_ PostItem| item.invoice.as_ref().map(|carried| carried.number.clone());
    let mut numbers: Vec<(InvoiceNumber, &CustomerNumber)> = items
        .iter()
        .filter_map(|item| carried(item).map(|number| (number, &item.account)))
        .collect();
    numbers.sort();
    numbers.dedup();
    let mut accounts: Vec<&CustomerNumber> = numbers.iter().map(|(_, account)| *account).collect();
    accounts.sort();
    accounts.dedup();
    let found = records(app, &accounts).await?;
    let entries: Vec<InvoicePost<'_>> = numbers
        .iter()
        .filter_map(|(number, account)| {
            let records = found.iter().find(|records| records.account.number == **account)?;
            Some(InvoicePost { account: &records.account, number })
        })
        .collect();
    Ok(invoice_post_list(&entries))
}

/// Writes the lists of invoices that became to be sent on paper, unless another run is at it.
pub(crate) async fn invoices(app: &App, shift: Shift) -> Result<Extent, Failure> {
    let (now, until) = (shift.now, shift.now + LEASE);
    if begun(app, Group::Billing, civil_day(now)).await?.is_none() {
        return Ok(Extent::Whole);
    }
    if !app.store.lease_lists(Group::Billing, now, until).await? {
        return Ok(Extent::Part);
    }
    let extent = lists(app, Letters::Invoices, shift).await;
    app.store.release_lists(Group::Billing, until).await?;
    extent
}

/// Notes that the letters of a day's lists were handed over to the post: each of their invoices is
/// issued. Once more is nothing more.
pub(crate) async fn handed_over(app: &App, order: &Order) -> Result<Value, Failure> {
    let (Some(day), About::Mails(Standing::Billing)) = (order.day, order.about()?) else {
        let unnamed = "name the day of the list of invoices that was posted";
        return Err(Failure::permanent(unnamed));
    };
    let (mut listed, mut issued, mut after) = (false, 0_u32, None);
    loop {
        let page = app.store.on_paper(Group::Billing, after, PAGE).await?;
        let of_day = page.items.iter().filter(|item| item.listed_on == Some(day));
        let letters: Vec<(&CustomerNumber, Option<&Carried>)> =
            of_day.map(|item| (&item.account, item.invoice.as_ref())).collect();
        listed |= !letters.is_empty();
        let issuing: Vec<_> = letters
            .into_iter()
            .filter_map(|(account, carried)| Some(app.store.issue(account, carried?)))
            .collect();
        let done: Vec<bool> =
            futures::stream::iter(issuing).buffered(AT_ONCE).try_collect().await?;
        issued += done.into_iter().map(u32::from).sum::<u32>();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if !listed {
        return Err(Failure::permanent(format!("no list of invoices was written on {day}")));
    }
    tracing::warn!(%day, issued, "the letters of a list were handed over");
    Ok(json!({ "day": day, "issued": issued }))
}
