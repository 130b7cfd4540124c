//! How the estimates of a campaign were made, for the transcript.

use std::collections::BTreeMap;

use domain::campaign;
use domain::estimate::Estimate;
use domain::estimate::answer::{Confidence, Method};
use domain::request::RequestState;

use crate::stack::Stack;

use super::RunError;
use super::household::Household;

/// How many registers were estimated in each way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Made {
    methods: BTreeMap<Method, usize>,
    confidences: BTreeMap<Confidence, usize>,
    /// Those beside which somebody of the utility must do something.
    tasks: usize,
}

/// How the estimates were made that stand for a reading.
pub(super) async fn of(
    stack: &Stack,
    households: &BTreeMap<String, Household>,
    campaign: &campaign::Config,
) -> Result<Made, RunError> {
    let failed = |error: cloud::Error| RunError::Failed(error.to_string());
    let store = stack.store();
    let mut made = Made::default();
    for household in households.values() {
        let number = &household.records.filed.connection.number;
        let found = store.connection(&household.account, number).await.map_err(failed)?;
        let Some(found) = found else { continue };
        let stands = |request: &domain::request::ReadingRequest| {
            request.campaign == campaign.id && request.state == RequestState::Estimated
        };
        if !found.requests.iter().any(stands) {
            continue;
        }
        for record in store.estimates(&household.account, number).await.map_err(failed)? {
            if found.request(campaign.id, &record.meter).is_some_and(stands)
                && record.campaign == campaign.id
            {
                record.registers.iter().for_each(|(_, estimate)| made.count(estimate));
            }
        }
    }
    Ok(made)
}

impl Made {
    fn count(&mut self, estimate: &Estimate) {
        *self.methods.entry(estimate.method).or_default() += 1;
        *self.confidences.entry(estimate.confidence).or_default() += 1;
        self.tasks += usize::from(estimate.due.iter().any(|due| due.is_task()));
    }

    /// The pairs of the transcript's line.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let methods = self.methods.iter().map(|(method, count)| (method.as_str(), *count));
        let mut pairs: Vec<_> = methods.map(|(name, count)| (name, count.to_string())).collect();
        let sure = self.confidences.iter().map(|(sure, count)| format!("{sure} {count}"));
        pairs.push(("confidence", sure.collect::<Vec<_>>().join(" ")));
        pairs.push(("to-do", self.tasks.to_string()));
        pairs
    }
}
