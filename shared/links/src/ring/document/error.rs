//! Why a document is refused.

use crate::key::KeyId;

/// The rule that a document breaks.
///
/// For each of them the caller keeps the ring that it has and raises an alarm, and a cold start
/// fails; the version of the secret before it is the way back. Texts and variants hold ids only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// Not JSON, or not of the shape; look at the place.
    #[error("the key ring is not of its shape at line {line}, column {column}")]
    Shape {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Written by another release; deploy the one that knows this version.
    #[error("the key ring has version {version}, this release knows 1")]
    Version {
        /// As written.
        version: u64,
    },
    /// The public key of the local stack; let `keys` make a ring.
    #[error("key 0 is public: only the local stack has it")]
    LocalKey,
    /// The master that stands in the sources, under another id; revoke that key.
    #[error("the secret of key {id} is public: only the local stack has it")]
    PublicSecret {
        /// The key.
        id: KeyId,
    },
    /// No key can sign; restore the version before.
    #[error("no key is active")]
    NoneActive,
    /// It is not known which key signs; restore the version before.
    #[error("key {id} is active, and another one too")]
    SeveralActive {
        /// The first of them.
        id: KeyId,
    },
    /// Two keys have one id; restore the version before.
    #[error("key id {id} is used twice")]
    SameId {
        /// The id.
        id: KeyId,
    },
    /// Two keys are one; restore the version before.
    #[error("keys {id} and {other} have the same secret")]
    SameSecret {
        /// The lower id.
        id: KeyId,
        /// The higher id.
        other: KeyId,
    },
    /// A key that must verify cannot; restore the version before.
    #[error("key {id} has no secret")]
    NoSecret {
        /// The key.
        id: KeyId,
    },
    /// Not base64 of exactly 32 bytes; restore the version before.
    #[error("the secret of key {id} is not base64 of 32 bytes")]
    Secret {
        /// The key.
        id: KeyId,
    },
    /// A retired key must have lost its secret; remove it.
    #[error("key {id} is retired and has a secret")]
    RetiredSecret {
        /// The key.
        id: KeyId,
    },
    /// A key that is in use has a time of retirement; restore the version before.
    #[error("key {id} is not retired and has a time of retirement")]
    NotRetired {
        /// The key.
        id: KeyId,
    },
    /// A time that the key's state demands is absent; restore the version before.
    #[error("key {id} has no time {name}")]
    NoTime {
        /// The key.
        id: KeyId,
        /// The member.
        name: &'static str,
    },
    /// Published, activated, retired: not in this order; restore the version before.
    #[error("the times of key {id} are not in order")]
    TimeOrder {
        /// The key.
        id: KeyId,
    },
}

/// Keeps the place only: the text of the cause may quote a secret.
impl From<serde_json::Error> for KeyRingError {
    fn from(cause: serde_json::Error) -> Self {
        Self::Shape { line: cause.line(), column: cause.column() }
    }
}
