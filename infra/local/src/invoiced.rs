//! What the years of a campaign came to, read from the tables: for the transcript, the back office and
//! tests.

use cloud::store::billing::SettlementRecord;
use cloud::{Error, Store};
use domain::id::CampaignNumber;
use domain::invoice::{InvoiceNumber, Sequence};
use domain::invoicing::progress::SettlementState;
use domain::money::Money;

/// So many settlements are read at once.
const PAGE: i32 = 500;

/// Every settlement of a campaign, by drawer and account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoiced {
    /// The settlements.
    pub settlements: Vec<SettlementRecord>,
}

impl Invoiced {
    /// Reads them, drawer by drawer.
    ///
    /// **Errors.** What the store says.
    pub async fn of(store: &Store, campaign: CampaignNumber) -> Result<Self, Error> {
        let mut settlements = Vec::new();
        for shard in store.drawers().all() {
            let mut after = None;
            loop {
                let page = store.settlements(campaign, shard, after, PAGE).await?;
                settlements.extend(page.settlements);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(Self { settlements })
    }

    /// Those in a state.
    pub fn in_state(&self, state: SettlementState) -> impl Iterator<Item = &SettlementRecord> {
        self.settlements.iter().filter(move |settlement| settlement.state == state)
    }

    /// The numbers that were allotted, ascending.
    pub fn numbers(&self) -> Vec<&InvoiceNumber> {
        let mut numbers: Vec<&InvoiceNumber> =
            self.settlements.iter().filter_map(|settlement| settlement.number.as_ref()).collect();
        numbers.sort();
        numbers
    }

    /// Whether the numbers of one year are 1, 2, 3 and so on, none left out and none twice.
    pub fn are_consecutive(&self) -> bool {
        let places = self.numbers().into_iter().map(InvoiceNumber::sequence);
        places.eq((1..).map(Sequence::new).take(self.numbers().len()))
    }

    /// What is to pay in all, and what is to get back.
    pub fn sums(&self) -> (Money, Money) {
        let payable = self.in_state(SettlementState::Numbered).filter_map(|it| it.payable);
        let (pay, back): (Vec<Money>, Vec<Money>) = payable.partition(|it| it.cents() >= 0);
        (pay.into_iter().sum(), -back.into_iter().sum::<Money>())
    }
}
