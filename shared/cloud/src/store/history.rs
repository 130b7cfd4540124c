//! What was ever read at a connection: appended to, never changed.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `ACC#<account>` | `~<connection>#AUDIT#<receipt>` | what a submission stored |
//! | | `~<connection>#ADV`, `~#ADV` | what was asked in advance (`store::import`) |
//! | | `~<connection>#CLEAR#…` | an obstacle that was cleared (`store::obstacle`) |
//! | | `~<connection>#HIST#<meter>` | the readings that the old administration handed over |
//! | | `~<connection>#READ#<meter>#<campaign>#<revision>` | an answer to a request, or its estimate |
//! | | `~<connection>#UNUSUAL#…` | what an operator said of days (`store::marking`) |
//!
//! The tilde sorts behind every key of `store::account`: a mail does not read histories.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use domain::account::CustomerNumber;
use domain::advance::Advance;
use domain::calendar::Period;
use domain::connection::ConnectionNumber;
use domain::estimate::marked::{Marking, excluded};
use domain::id::{CampaignNumber, Revision};
use domain::meter::MeterNumber;
use domain::reading::Reading;

use crate::Error;

use super::account::partition;
use super::estimate::EstimateRecord;
use super::import::FiledAdvances;
use super::key::Key;
use super::submission::Receipt;
use super::{LAST, Store, Stretch, body, text};

/// Readings that lie together: those of a meter from before, or one answer to one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiledReadings {
    /// Which meter.
    pub meter: MeterNumber,
    /// For which campaign; absent for what the old administration handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignNumber>,
    /// Which answer to its request.
    #[serde(default)]
    pub revision: Revision,
    /// The readings, one a register for an answer.
    pub readings: Vec<Reading>,
}

/// What was ever read at a connection, and which days of it say nothing about others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionHistory {
    /// The readings of all meters that count.
    pub readings: Vec<Reading>,
    /// The days that an operator marked.
    pub marked: Vec<Period>,
    /// How its estimates were made, by meter and campaign, where they were asked for.
    pub estimates: Vec<EstimateRecord>,
}

/// What was ever read and asked in advance at an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountHistory {
    /// The readings of all meters that count, by connection.
    pub readings: BTreeMap<ConnectionNumber, Vec<Reading>>,
    /// The days that an operator marked, by connection.
    pub marked: BTreeMap<ConnectionNumber, Vec<Period>>,
    /// What was asked in advance, by connection; of a whole collective first.
    pub advances: Vec<Advance>,
    /// The receipts that hold a reading which nobody may use before an operator looked at it: the
    /// number, and the meters.
    pub kept: BTreeMap<String, Vec<MeterNumber>>,
}

/// Of several answers to one request the last counts, and all that was imported.
type Counting = BTreeMap<(MeterNumber, Option<CampaignNumber>), FiledReadings>;

pub(super) fn imported_key(
    account: &CustomerNumber,
    connection: &ConnectionNumber,
    meter: &MeterNumber,
) -> Key {
    Key::new(partition(account), format!("{LAST}{connection}#HIST#{meter}"))
}

pub(super) fn answer_key(
    account: &CustomerNumber,
    connection: &ConnectionNumber,
    meter: &MeterNumber,
    campaign: CampaignNumber,
    revision: Revision,
) -> Key {
    let answer = format!("{campaign:0>5}#{:0>5}", revision.get());
    Key::new(partition(account), format!("{LAST}{connection}#READ#{meter}#{answer}"))
}

/// The readings that count, of those that were filed ascending by revision, but for the answers to
/// `before` and later campaigns.
fn counting(filed: Vec<FiledReadings>, before: CampaignNumber) -> Vec<Reading> {
    let known = filed.into_iter().filter(|one| one.campaign.is_none_or(|it| it < before));
    let counting: Counting =
        known.map(|filed| ((filed.meter.clone(), filed.campaign), filed)).collect();
    counting.into_values().flat_map(|filed| filed.readings).collect()
}

impl Store {
    /// The readings of all meters of a connection that count, of several answers to one request the
    /// last, and its marked days. `before` leaves out what this and later campaigns were answered.
    pub async fn history(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        before: CampaignNumber,
    ) -> Result<ConnectionHistory, Error> {
        self.history_from("HIST", (account, connection), before).await
    }

    /// The same in one query with how its estimates were made.
    pub async fn history_and_estimates(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        before: CampaignNumber,
    ) -> Result<ConnectionHistory, Error> {
        self.history_from("EST", (account, connection), before).await
    }

    /// What is filed of a connection from items of the kind `first` on.
    async fn history_from(
        &self,
        first: &str,
        (account, connection): (&CustomerNumber, &ConnectionNumber),
        before: CampaignNumber,
    ) -> Result<ConnectionHistory, Error> {
        let (from, to) =
            (format!("{LAST}{connection}#{first}#"), format!("{LAST}{connection}#UNUSUAL#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        let (mut filed, mut markings, mut estimates) = (Vec::new(), Vec::new(), Vec::new());
        for item in self.all(&stretch).await? {
            match text(&item, "sk")?.split('#').nth(1) {
                Some("EST") => estimates.push(body(item)?),
                Some("UNUSUAL") => markings.push(body(item)?),
                _ => filed.push(body(item)?),
            }
        }
        let (readings, marked) = (counting(filed, before), excluded(&markings));
        Ok(ConnectionHistory { readings, marked, estimates })
    }

    /// All of the histories of an account in one query: what its year is settled from. Answers to
    /// campaigns behind `campaign` are left out.
    pub async fn account_history(
        &self,
        account: &CustomerNumber,
        campaign: CampaignNumber,
    ) -> Result<AccountHistory, Error> {
        let (from, to) = (LAST.to_string(), format!("{LAST}{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        let mut counting: BTreeMap<ConnectionNumber, Counting> = BTreeMap::new();
        let mut markings: BTreeMap<ConnectionNumber, Vec<Marking>> = BTreeMap::new();
        let mut history = AccountHistory::default();
        for item in self.all(&stretch).await? {
            let sk = text(&item, "sk")?;
            let mut parts = sk.trim_start_matches(LAST).split('#');
            match (parts.next().and_then(ConnectionNumber::parse), parts.next()) {
                (Some(connection), Some("HIST" | "READ")) => {
                    let filed: FiledReadings = body(item)?;
                    if filed.campaign.is_none_or(|answered| answered <= campaign) {
                        let of = counting.entry(connection).or_default();
                        of.insert((filed.meter.clone(), filed.campaign), filed);
                    }
                }
                (Some(connection), Some("UNUSUAL")) => {
                    markings.entry(connection).or_default().push(body(item)?);
                }
                (_, Some("AUDIT")) => {
                    let receipt: Receipt = body(item)?;
                    let kept = receipt.meters.iter();
                    let kept = kept.filter(|meter| meter.registers.iter().any(|it| it.held));
                    let kept: Vec<MeterNumber> = kept.map(|meter| meter.number.clone()).collect();
                    if let Some(number) = parts.next().filter(|_| !kept.is_empty()) {
                        history.kept.insert(number.to_owned(), kept);
                    }
                }
                (_, Some("ADV")) => {
                    history.advances.extend(body::<FiledAdvances>(item)?.advances);
                }
                (_, _) => {}
            }
        }
        let readings = |of: Counting| of.into_values().flat_map(|filed| filed.readings).collect();
        let marked = markings.into_iter().map(|(connection, said)| (connection, excluded(&said)));
        history.marked = marked.collect();
        history.readings =
            counting.into_iter().map(|(connection, of)| (connection, readings(of))).collect();
        Ok(history)
    }

    /// Every answer that a request ever got, ascending by revision.
    pub async fn answers(
        &self,
        account: &CustomerNumber,
        connection: &ConnectionNumber,
        campaign: CampaignNumber,
    ) -> Result<Vec<FiledReadings>, Error> {
        let (from, to) =
            (format!("{LAST}{connection}#READ#"), format!("{LAST}{connection}#READ#{LAST}"));
        let stretch = Stretch { table: &self.core, pk: partition(account), from, to };
        let filed: Vec<FiledReadings> =
            self.all(&stretch).await?.into_iter().map(body).collect::<Result<_, _>>()?;
        Ok(filed.into_iter().filter(|filed| filed.campaign == Some(campaign)).collect())
    }
}
