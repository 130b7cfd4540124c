//! Secrets Manager: the key ring that links are signed with.

mod secret;

pub use secret::{KeySecret, Written};

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use links::grant::{Granting, NotValid, RefusedBy};
use links::ring::KeyRing;

use crate::settings::Name;
use crate::{Aws, Error, Settings};

/// Loads the key ring, and keeps it for five minutes of event time.
#[derive(Clone)]
pub struct Keys(Source);

#[derive(Clone)]
enum Source {
    Local(Arc<KeyRing>),
    Secret {
        client: aws_sdk_secretsmanager::Client,
        name: String,
        cached: Arc<Mutex<Option<Cached>>>,
    },
}

struct Cached {
    ring: Arc<KeyRing>,
    loaded_at: DateTime<Utc>,
}

/// So long a ring is kept before it is loaded again.
const KEPT: TimeDelta = TimeDelta::minutes(5);

/// So long it is kept whatever is asked.
const AT_LEAST: TimeDelta = TimeDelta::minutes(1);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    /// The ring in the secret of the deployment. A document with key id 0 is refused.
    pub fn deployed(aws: &Aws, settings: &Settings) -> Self {
        Self(Source::Secret {
            client: aws.secrets(),
            name: settings.get(Name::Keys).to_owned(),
            cached: Arc::default(),
        })
    }

    /// The public ring of tests and the local stack: it opens to everyone.
    pub fn local() -> Self {
        Self(Source::Local(Arc::new(KeyRing::local())))
    }

    /// The ring at `now`, loaded again when the one that is kept is five minutes old.
    ///
    /// **Errors.** When it cannot be loaded and none is kept. A ring that is kept outlives a
    /// document that breaks a rule: the error is logged, its links go on working.
    pub async fn ring(&self, now: DateTime<Utc>) -> Result<Arc<KeyRing>, Error> {
        self.younger_than(KEPT, now).await
    }

    /// The grant of a token, if its MAC holds.
    ///
    /// A key that the kept ring lacks may have entered the stored one since, so the ring is loaded
    /// again; at most once a minute, because whoever makes key ids up must not cost a call each.
    ///
    /// **Errors.** As [`Keys::ring`].
    pub async fn verify<G: Granting>(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Result<G, NotValid>, Error> {
        let granted = self.ring(now).await?.verify(token);
        match &granted {
            Err(refused) if refused.refused_by() == RefusedBy::Key => {
                Ok(self.younger_than(AT_LEAST, now).await?.verify(token))
            }
            Ok(_) | Err(_) => Ok(granted),
        }
    }

    /// The ring, loaded again when the one that is kept is as old as `age`.
    async fn younger_than(
        &self,
        age: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeyRing>, Error> {
        let (client, name, cached) = match &self.0 {
            Source::Local(ring) => return Ok(Arc::clone(ring)),
            Source::Secret { client, name, cached } => (client, name, cached),
        };
        let mut cached = cached.lock().await;
        if let Some(kept) = cached.as_ref().filter(|kept| now - kept.loaded_at < age) {
            return Ok(Arc::clone(&kept.ring));
        }
        match (load(client, name).await, cached.as_mut()) {
            (Ok(ring), _) => {
                let ring = Arc::new(ring);
                *cached = Some(Cached { ring: Arc::clone(&ring), loaded_at: now });
                Ok(ring)
            }
            (Err(error), Some(kept)) => {
                tracing::error!(%error, "the key ring could not be loaded; the old one goes on");
                kept.loaded_at = now;
                Ok(Arc::clone(&kept.ring))
            }
            (Err(error), None) => Err(error),
        }
    }
}

async fn load(client: &aws_sdk_secretsmanager::Client, name: &str) -> Result<KeyRing, Error> {
    let answer = client.get_secret_value().secret_id(name).send().await;
    let answer = answer.map_err(|error| Error::of("GetSecretValue", error))?;
    let document = answer.secret_string.ok_or(Error::Missing { what: "the key ring" })?;
    let document = Zeroizing::new(document);
    KeyRing::parse(&document).map_err(|error| Error::shape("the key ring", error))
}
