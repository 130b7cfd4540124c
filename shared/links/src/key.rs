//! Keys: the master that a ring holds, and the key of one link type that signs.

use std::{fmt, marker::PhantomData};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use domain::id::{Generation, Subject};

use crate::{
    grant::Fields,
    link::{BaseUrl, Link},
    link_type::{InCampaign, InPath, OfType},
    tag::Prepared,
    token::Token,
};

/// Which master key signed a link.
///
/// 0 is the public key of tests and the local stack; a deployed ring that holds it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(u8);

impl KeyId {
    /// The id of the key that everybody knows.
    pub const LOCAL: Self = Self(0);

    /// The id of a utility's first key.
    pub const FIRST: Self = Self(1);

    /// The key id `number`.
    pub fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number, as it is signed into a link.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// 32 random bytes from which the keys of all link types are derived.
///
/// It cannot be shown, copied or serialised, and it is overwritten when it is dropped.
#[expect(missing_debug_implementations, reason = "a master is never shown, not even as stars")]
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Master([u8; Master::BYTES]);

impl Master {
    /// Exactly as many as the hash has.
    const BYTES: usize = 32;

    /// The length of its base64 text, with padding.
    const BASE64_CHARACTERS: usize = 44;

    /// Lets `source` fill 32 bytes in place, so that no copy of them is left behind.
    ///
    /// **Shape.** `source` overwrites the whole slice, from the system's random numbers.
    /// **Errors.** Those of `source`: no key is made.
    ///
    /// ```
    /// use links::key::Master;
    ///
    /// # fn random(bytes: &mut [u8]) -> Result<(), std::convert::Infallible> {
    /// #     bytes.fill(7);
    /// #     Ok(())
    /// # }
    /// let master = Master::fill(|bytes| random(bytes)).unwrap();
    /// ```
    pub fn fill<E>(source: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut master = Self([0; Self::BYTES]);
        source(&mut master.0)?;
        Ok(master)
    }

    /// The public master of tests and the local stack.
    pub(crate) fn local() -> Self {
        Self(*b"meterlink-public-test-master-key")
    }

    /// Reads standard base64 with its padding; `None` for all that is not exactly 32 bytes.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        let mut master = Self([0; Self::BYTES]);
        if text.len() != Self::BASE64_CHARACTERS {
            return None;
        }
        // the decoder wants room for the byte that the padding leaves out
        let mut room = Zeroizing::new([0; Self::BYTES + 1]);
        let written = STANDARD.decode_slice(text, room.as_mut_slice()).ok()?;
        let bytes = room.get(..written).filter(|bytes| bytes.len() == Self::BYTES)?;
        master.0.copy_from_slice(bytes);
        Some(master)
    }

    /// Reads 64 hex digits.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut master = Self([0; Self::BYTES]);
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        if pairs.len() != Self::BYTES {
            return None;
        }
        for (byte, [high, low]) in master.0.iter_mut().zip(pairs) {
            *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
        }
        Some(master)
    }

    /// Writes what [`Master::from_base64`] reads.
    pub(crate) fn write_base64(&self, out: &mut String) {
        STANDARD.encode_string(self.0, out);
    }

    /// The bytes, to derive keys from.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether both are the same bytes: a ring refuses two ids of one secret.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// The value of one hex digit of either case.
fn hex_digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

/// The key that signs links of type `T`: what [`crate::ring::KeyRing::key`] lends.
pub struct Key<'ring, T> {
    id: KeyId,
    prepared: &'ring Prepared,
    of_type: PhantomData<T>,
}

impl<'ring, T: OfType> Key<'ring, T> {
    /// The key `id` of the type, whose state the ring holds.
    pub(crate) fn new(id: KeyId, prepared: &'ring Prepared) -> Self {
        Self { id, prepared, of_type: PhantomData }
    }

    /// Which master it was derived from.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The token that grants what `T` may do about `subject`, in `campaign`, as long as
    /// `generation` is the one that is stored.
    pub fn mint(&self, subject: Subject, campaign: T::Campaign, generation: Generation) -> Token {
        let fields = Fields {
            subject: subject.get(),
            campaign: campaign.number(),
            generation: generation.get(),
            key_id: self.id.get(),
            type_byte: T::LINK_TYPE.byte(),
        };
        Token::sign(&fields, self.prepared)
    }
}

impl<T: InPath> Key<'_, T> {
    /// The whole URL for a mail, with the token that [`Key::mint`] makes.
    pub fn link(
        &self,
        base: &BaseUrl,
        subject: Subject,
        campaign: T::Campaign,
        generation: Generation,
    ) -> Link {
        Link::new(base, T::PATH, &self.mint(subject, campaign, generation))
    }
}

impl<T: OfType> fmt::Debug for Key<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, {})", T::LINK_TYPE, self.id)
    }
}

#[cfg(test)]
mod tests;
