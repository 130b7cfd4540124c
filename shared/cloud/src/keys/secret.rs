//! The stored key ring, for the one function that may write it.

use std::fmt;

use sha2::{Digest as _, Sha256};

use links::key::{KeyId, Master};
use links::ring::KeyRing;

use crate::connect::Chance;
use crate::settings::Name;
use crate::{Aws, Error, Settings};

/// The secret that holds the key ring.
#[derive(Clone)]
pub struct KeySecret {
    client: aws_sdk_secretsmanager::Client,
    name: String,
    chance: Chance,
}

impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeySecret(***)")
    }
}

/// What a version of the secret was written for.
///
/// It happens once in the life of a key, so step and key name the version: whoever writes the same
/// step again writes nothing, or is told that another has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The key entered the ring.
    Published(KeyId),
    /// The key signs.
    Activated(KeyId),
    /// The key's secret is forgotten.
    Retired(KeyId),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published(id) => write!(f, "published {id}"),
            Self::Activated(id) => write!(f, "activated {id}"),
            Self::Retired(id) => write!(f, "retired {id}"),
        }
    }
}

impl Written {
    /// The `ClientRequestToken`: 32 to 64 characters.
    fn token(self) -> String {
        let (step, id) = match self {
            Self::Published(id) => ("publish", id),
            Self::Activated(id) => ("activate", id),
            Self::Retired(id) => ("retire", id),
        };
        format!("meterlink-link-keys-{step}-key-{:0>8}", id.get())
    }
}

impl KeySecret {
    /// The secret of the deployment.
    pub fn new(aws: &Aws, settings: &Settings) -> Self {
        Self {
            client: aws.secrets(),
            name: settings.get(Name::Keys).to_owned(),
            chance: aws.chance,
        }
    }

    /// The ring that is stored; `None` before the first.
    ///
    /// **Errors.** When it cannot be loaded, or breaks a rule: nothing may be written over it.
    pub async fn read(&self) -> Result<Option<KeyRing>, Error> {
        match super::load(&self.client, &self.name).await {
            Ok(ring) => Ok(Some(ring)),
            // The stack makes the secret without a value, and only this function gives it one.
            Err(Error::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Stores the ring, after the step that changed it.
    ///
    /// **Errors.** [`Error::Conflict`] when the step was taken by another: read again.
    pub async fn write(&self, ring: &KeyRing, step: Written) -> Result<(), Error> {
        let call = self.client.put_secret_value().secret_id(&self.name);
        let call = call.client_request_token(step.token()).secret_string(ring.print().as_str());
        call.send().await.map_err(|error| Error::of("PutSecretValue", error))?;
        Ok(())
    }

    /// A new master key, the one after `before` others.
    ///
    /// **Errors.** The system has no random numbers: let the event come again.
    pub fn master(&self, before: usize) -> Result<Master, Error> {
        let chance = self.chance;
        Master::fill(|bytes| match chance {
            Chance::System => {
                getrandom::fill(bytes).map_err(|error| Error::shape("random numbers", error))
            }
            Chance::Seeded(seed) => {
                let hash = Sha256::digest(format!("meterlink/master/{seed}/{before}"));
                for (byte, hashed) in bytes.iter_mut().zip(hash) {
                    *byte = hashed;
                }
                Ok(())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_key_names_its_version() {
        let of = |step: fn(KeyId) -> Written| step(KeyId::new(7)).token();
        assert_eq!(of(Written::Published), "meterlink-link-keys-publish-key-00000007");
        assert_eq!(of(Written::Activated), "meterlink-link-keys-activate-key-00000007");
        assert_eq!(of(Written::Retired), "meterlink-link-keys-retire-key-00000007");
        assert!([of(Written::Retired), of(Written::Activated)].iter().all(|it| it.len() <= 64));
    }
}
