//! What is usual for a register on any day: the engine, with all that it needs.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::check::{self, Alert};
use crate::estimate::Inputs;
use crate::estimate::expected::{Expected, Weights, expected};
use crate::estimate::parameters::Parameters;
use crate::estimate::profile::Profile;

/// What is usual for a register on any day.
#[derive(Clone, Debug)]
pub struct Usually {
    inputs: Inputs,
    weights: Weights,
    parameters: Parameters,
}

impl Usually {
    /// By the engine, from `inputs` of which `profile` is the one that they name.
    pub fn of(inputs: Inputs, profile: &Profile, parameters: &Parameters) -> Self {
        let weights = Weights::of(profile, inputs.commodity, parameters);
        Self { inputs, weights, parameters: parameters.clone() }
    }

    /// What is expected on the day `on`; nothing where only an operator could say.
    pub(super) fn on(&self, on: NaiveDate) -> Option<Expected> {
        expected(&self.inputs.question(on), &self.weights, &self.parameters).ok()
    }

    /// What an operator should know of `used` since the last trusted reading, of which `expected`
    /// was expected, once it is confirmed.
    pub(super) fn alert(&self, used: Decimal, expected: &Expected) -> Option<Alert> {
        check::alert(self.inputs.commodity, used, expected, self.parameters.constants())
    }
}
