//! What a subject is about.
//!
//! | pk | sk | is |
//! |---|---|---|
//! | `SUBJ#<subject>` | `-` | the connection, or the delegation, that the links of a subject are about |

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use domain::account::CustomerNumber;
use domain::connection::ConnectionNumber;
use domain::id::{Generation, Subject};
use domain::language::Language;

use crate::Error;
use crate::connect::Chance;

use super::Store;
use super::key::Key;

/// What the links of a subject are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedConnection {
    /// Whose it is.
    pub account: CustomerNumber,
    /// Which.
    pub connection: ConnectionNumber,
    /// The generation that a link must hold.
    pub generation: Generation,
    /// The language of its page: a page does not read the account for it.
    #[serde(default)]
    pub language: Language,
}

pub(super) fn subject_key(subject: Subject) -> Key {
    Key::new(format!("SUBJ#{subject}"), "-")
}

impl Store {
    /// What the links of `subject` are about, or `None` for one that was never allotted.
    pub async fn linked(&self, subject: Subject) -> Result<Option<LinkedConnection>, Error> {
        self.get(&self.core, subject_key(subject)).await
    }

    /// A number for `what`, which is new. The caller stores it with a condition: it may be taken.
    pub(super) fn draw_subject(&self, what: &str) -> Result<Subject, Error> {
        let mut bytes = [0; 8];
        match self.chance {
            Chance::System => getrandom::fill(&mut bytes)
                .map_err(|error| Error::shape("a random number", error))?,
            Chance::Seeded(seed) => {
                let hash = Sha256::digest(format!("meterlink/subject/{seed}/{what}"));
                for (byte, hashed) in bytes.iter_mut().zip(hash) {
                    *byte = hashed;
                }
            }
        }
        Subject::new(u64::from_be_bytes(bytes)).ok_or(Error::Throttled { operation: "a subject" })
    }
}
