//! Rows of `customer_numbers.csv`: under which numbers customers were known before.

use crate::account::CustomerNumber;

use super::customers::KEY_FORM;
use super::row::Row;

/// Reads one row: the old number, and the one of today.
pub(super) fn read(row: &mut Row<'_>) -> (Option<CustomerNumber>, Option<CustomerNumber>) {
    let old = row.key("old_number", CustomerNumber::parse, KEY_FORM);
    let new = row.key("customer_number", CustomerNumber::parse, KEY_FORM);
    (old, new)
}
