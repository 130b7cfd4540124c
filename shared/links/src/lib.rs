//! Signed links: grant in, token out, and back; the key ring.
//!
//! A mail holds one link per delivery address, and whoever opens it needs no account: the
//! authority is in the link. Its last part is a [`token::Token`] of forty characters: what it is
//! about, signed with a key of the ring. Nothing else is needed to refuse a forged one, so a
//! guess costs no read of any table.
//!
//! There is no clock, no randomness, no IO and no stored state here: keys come in as a document,
//! `now` as an argument, and a fresh master as bytes that the caller's source fills.
//!
//! ```
//! use domain::id::{CampaignNumber, Generation, Subject};
//! use links::grant::{Grant, ReadingGrant};
//! use links::link::BaseUrl;
//! use links::link_type::Submit;
//! use links::ring::KeyRing;
//!
//! let ring = KeyRing::local();
//! let base = BaseUrl::parse("https://stand.voorbeeld.nl").unwrap();
//! let (subject, campaign) = (Subject::new(42).unwrap(), CampaignNumber::new(2026).unwrap());
//!
//! // while a mail is rendered
//! let link = ring.key::<Submit>().link(&base, subject, campaign, Generation::FIRST);
//!
//! // when its page is asked for
//! let token = link.reveal().strip_prefix("https://stand.voorbeeld.nl/m/").unwrap();
//! let grant: Grant<Submit> = ring.verify(token).unwrap();
//! assert_eq!(grant.subject(), subject);
//!
//! // the page takes three link types, and the grant says which it was
//! assert!(matches!(ring.verify(token), Ok(ReadingGrant::Submit(same)) if same == grant));
//! ```

pub mod grant;
pub mod key;
pub mod lines;
pub mod link;
pub mod link_type;
pub mod ring;
pub mod tag;
pub mod token;

mod object;
#[cfg(test)]
mod testing;
