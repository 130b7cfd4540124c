//! Secrets Manager: the key ring that links are signed with.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use links::KeyRing;
use tokio::sync::Mutex;

use crate::settings::Name;
use crate::{Aws, Error, Settings};

/// Loads the key ring and keeps it for five minutes of event time.
#[derive(Clone)]
pub struct Keys {
    source: Source,
    cached: Arc<Mutex<Option<Cached>>>,
}

#[derive(Clone)]
enum Source {
    Secret { client: aws_sdk_secretsmanager::Client, name: String, ids: AcceptedIds },
}

/// Which key ids may be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedIds {
    /// 1 to 255: key id 0 is public and must never open anything that is deployed.
    Deployed,
    /// Key id 0, too: the local stack.
    Local,
}

struct Cached {
    ring: Arc<KeyRing>,
    loaded_at: DateTime<Utc>,
}

/// So long a ring is kept before it is loaded again.
const KEPT: TimeDelta = TimeDelta::minutes(5);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(***)")
    }
}
