//! Everything that a stack holds, in one canonical text.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::standin::StandIns;
use crate::world::FILES;

/// Every item, mail and file, one line each, ascending by key.
pub async fn of(stand_ins: &StandIns) -> String {
    let mut lines = Vec::new();
    for table in stand_ins.tables().tables() {
        let items = stand_ins.tables().items(&table.name);
        lines.extend(items.iter().map(|item| format!("{} {item}", table.name)));
    }
    for mail in stand_ins.mails().all() {
        let digest = hex(&Sha256::digest(&mail.raw));
        lines.push(format!("mail {} {} {digest}", mail.number, mail.to.join(",")));
    }
    for key in stand_ins.files().keys(FILES).unwrap_or_default() {
        let bytes = stand_ins.files().get(FILES, &key).await.unwrap_or_default();
        lines.push(format!("file {key} {}", hex(&Sha256::digest(&bytes))));
    }
    lines.join("\n")
}

/// The SHA-256 of a dump, in hex.
pub fn digest(dump: &str) -> String {
    hex(&Sha256::digest(dump))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        debug_assert!(written.is_ok(), "a String takes every write");
        hex
    })
}
