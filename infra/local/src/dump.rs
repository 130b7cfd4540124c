//! Everything that a stack holds, in one canonical text.

use sha2::{Digest as _, Sha256};

use domain::hex::hex;

use crate::standin::StandIns;
use crate::world::{FILES, INVOICES};

/// Every item, mail and file, one line each, ascending by key.
pub async fn of(stand_ins: &StandIns) -> String {
    let mut lines = Vec::new();
    each(stand_ins, |line| lines.push(line)).await;
    lines.join("\n")
}

/// The SHA-256 of [`of`], in hex, for which nothing has to be held that a large stack holds.
pub async fn digest(stand_ins: &StandIns) -> String {
    let mut digest = Sha256::new();
    let mut between = "";
    each(stand_ins, |line| {
        digest.update(between);
        digest.update(line);
        between = "\n";
    })
    .await;
    hex(&digest.finalize())
}

async fn each(stand_ins: &StandIns, mut take: impl FnMut(String)) {
    for table in stand_ins.tables().tables() {
        let lines = stand_ins.tables().lines(&table.name);
        for line in lines {
            take(format!("{} {line}", table.name));
        }
    }
    for mail in stand_ins.mails().all() {
        let digest = hex(&Sha256::digest(&mail.raw));
        take(format!("mail {} {} {digest}", mail.number, mail.to.join(",")));
    }
    for (bucket, kind) in [(FILES, "file"), (INVOICES, "document")] {
        for key in stand_ins.files().keys(bucket).unwrap_or_default() {
            let bytes = stand_ins.files().get(bucket, &key).await.unwrap_or_default();
            take(format!("{kind} {key} {}", hex(&Sha256::digest(&bytes))));
        }
    }
}
