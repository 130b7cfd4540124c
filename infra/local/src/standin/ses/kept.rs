//! Mails in a folder, each with its envelope beside it, and the account in a file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Event, Mail, Mails, Quota};
use crate::clock::hold;
use crate::standin::kept::{self, KeptError, KeptFile};

/// What the file of the account holds.
#[derive(Serialize, Deserialize)]
struct Account {
    quota: Quota,
    suppressed: BTreeMap<String, (String, DateTime<Utc>)>,
    /// Events that nobody has taken.
    events: Vec<Event>,
}

impl Mails {
    /// Puts back what was kept, and says the number of the last mail.
    pub(in crate::standin) fn load(
        &self,
        folder: &Path,
        account: &KeptFile,
    ) -> Result<u64, KeptError> {
        let (mails, account) = (mails(folder)?, account.read::<Account>()?);
        let last = mails.last().map_or(0, |mail| mail.number);
        self.change(|state| {
            state.mails = mails;
            if let Some(account) = account {
                state.quota = account.quota;
                state.suppressed = account.suppressed;
                state.queue(account.events);
            }
        });
        Ok(last)
    }

    /// Writes the mails after number `last`, and says the number of the last.
    pub(in crate::standin) fn store_after(
        &self,
        last: u64,
        folder: &Path,
    ) -> Result<u64, KeptError> {
        let state = hold(&self.state);
        let first = state.mails.partition_point(|mail| mail.number <= last);
        for mail in state.mails.get(first..).unwrap_or_default() {
            let envelope = folder.join(format!("{}.json", mail.number));
            let json =
                serde_json::to_vec(mail).map_err(|wrong| KeptError::new(&envelope, &wrong))?;
            kept::replace(&envelope, &json)?;
            // The message is what makes a mail: it comes last.
            kept::replace(&envelope.with_extension("eml"), &mail.raw)?;
        }
        Ok(state.mails.last().map_or(0, |mail| mail.number))
    }

    /// Writes the quota, the suppression list and the events that nobody has taken.
    pub(in crate::standin) fn store_account(&self, file: &KeptFile) -> Result<(), KeptError> {
        let state = hold(&self.state);
        file.write(&Account {
            quota: state.quota,
            suppressed: state.suppressed.clone(),
            events: state.waiting().cloned().collect(),
        })
    }
}

/// Every mail of the folder of which the message is there, by number.
fn mails(folder: &Path) -> Result<Vec<Mail>, KeptError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| KeptError::new(&path, &error)
    };
    let mut mails = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let message = entry.map_err(unreadable(folder))?.path();
        let number = message.file_stem().and_then(|stem| stem.to_str()?.parse::<u64>().ok());
        if number.is_none() || message.extension().is_none_or(|kind| kind != "eml") {
            continue;
        }
        let envelope = message.with_extension("json");
        let json = fs::read(&envelope).map_err(unreadable(&envelope))?;
        let mut mail: Mail =
            serde_json::from_slice(&json).map_err(|wrong| KeptError::new(&envelope, &wrong))?;
        mail.raw = fs::read(&message).map_err(unreadable(&message))?.into();
        mails.push(mail);
    }
    mails.sort_by_key(|mail: &Mail| mail.number);
    Ok(mails)
}
