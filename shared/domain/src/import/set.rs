//! What an accepted set holds: everything of an account together, ready to be stored.

use serde::{Deserialize, Serialize};

use crate::account::{Account, CustomerNumber, Recipient};
use crate::advance::Advance;
use crate::connection::Connection;
use crate::meter::Meter;
use crate::reading::Reading;

/// A checked set, in a fixed order: equal files give equal sets, whatever the order of their
/// lines and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// By customer number.
    pub accounts: Vec<AccountRecord>,
    /// By old number.
    pub old_numbers: Vec<OldNumber>,
}

/// An account and all that hangs on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account.
    pub account: Account,
    /// To whom its mails go, none to three.
    pub recipients: Vec<Recipient>,
    /// Its connections, by number.
    pub connections: Vec<ConnectionRecord>,
    /// What was asked in advance, by connection and day.
    pub advances: Vec<Advance>,
}

/// A connection and its meters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRecord {
    /// The connection.
    pub connection: Connection,
    /// Its meters, earlier and present, by number.
    pub meters: Vec<MeterRecord>,
}

/// A meter and its readings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterRecord {
    /// The meter, its registers by name.
    pub meter: Meter,
    /// Its readings, those of its exchange included, by register and day.
    pub readings: Vec<Reading>,
}

/// A number under which a customer was known before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OldNumber {
    /// The number of then.
    pub old: CustomerNumber,
    /// The number of today.
    pub account: CustomerNumber,
}
