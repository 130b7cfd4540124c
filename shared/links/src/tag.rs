//! The MAC of a token: HMAC-SHA-256, its left 16 bytes, one key per master and link type.
//!
//! **Source.** RFC 2104 (HMAC; section 5: at least half of the hash), RFC 5869 section 2.3
//! (HKDF-Expand).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::link_type::LinkType;

/// What every derivation of a link key begins with: no other use of a master can collide with it.
const LABEL: &[u8] = b"meterlink/link/v1/";

/// The MAC in a token: 16 bytes of HMAC-SHA-256.
///
/// It has no `==`: how long a comparison takes would tell a forger how far the guess was right.
#[expect(
    missing_debug_implementations,
    reason = "a tag is what makes a link work: it is not shown"
)]
pub struct Tag([u8; Tag::BYTES]);

impl Tag {
    /// Half of the hash.
    pub(crate) const BYTES: usize = 16;

    /// The tag that a token claims to have.
    pub(crate) fn claimed(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, to stand at the begin of a token.
    pub(crate) fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

/// A key that was hashed in once: signing and verifying begin with a copy of its state.
#[derive(Clone)]
pub(crate) struct Prepared(Hmac<Sha256>);

impl Prepared {
    /// **Shape.** `key` may have any length (RFC 2104 section 2).
    pub(crate) fn new(key: &[u8]) -> Self {
        #[expect(clippy::expect_used, reason = "the trait allows refusing, HMAC never does")]
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// The key of `link_type` under `master`, ready to use.
    pub(crate) fn derive(master: &[u8], link_type: LinkType) -> Self {
        let info = [LABEL, &[link_type.byte()]].concat();
        Self::new(expand(master, &info).as_slice())
    }

    /// The whole MAC of `message`.
    pub(crate) fn mac(&self, message: &[u8]) -> [u8; 32] {
        self.0.clone().chain_update(message).finalize().into_bytes().into()
    }

    /// The left 16 bytes of the MAC of `message`.
    pub(crate) fn tag(&self, message: &[u8]) -> Tag {
        let mut mac = self.mac(message);
        let mut tag = Tag([0; Tag::BYTES]);
        for (to, from) in tag.0.iter_mut().zip(mac) {
            *to = from;
        }
        mac.zeroize();
        tag
    }

    /// Whether `tag` is the tag of `message`, in a time that does not depend on the answer.
    pub(crate) fn verify(&self, message: &[u8], tag: &Tag) -> bool {
        self.verify_left(message, tag.as_bytes())
    }

    /// The same for a MAC that was cut to any length.
    fn verify_left(&self, message: &[u8], left: &[u8]) -> bool {
        self.0.clone().chain_update(message).verify_truncated_left(left).is_ok()
    }
}

/// The first block of HKDF-Expand: 32 bytes of key material for `info` under `prk`.
fn expand(prk: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let block = Prepared::new(prk).0.chain_update(info).chain_update([0x01]);
    Zeroizing::new(block.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests;
