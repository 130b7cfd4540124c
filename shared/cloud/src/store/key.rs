//! The keys of all items: built from the parts of what an item is, in this file only.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{Item, s};

/// Partition and sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    pub(super) fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(super) fn into_item(self) -> Item {
        HashMap::<String, AttributeValue>::from([
            ("pk".to_owned(), s(self.pk)),
            ("sk".to_owned(), s(self.sk)),
        ])
    }
}
