//! The local stack and the command line.
//!
//! Below, stand-ins answer for AWS on the other side of the real clients ([`standin`], behind one
//! [`gate`]); the [`pump`] and the [`front`] wake the real functions. [`stack`] puts them together
//! as [`template`] says, [`world`] drives them in tests and [`demo`] in a browser.
//! [`estimating`] and [`settling`] need none of it: JSON in, JSON out. [`checking`] reads what would be
//! deployed.

pub mod demo;

pub mod fast_forward;

pub mod checking;
pub mod delivery;
pub mod estimating;
pub mod settling;

pub mod dump;
pub mod stack;
pub mod world;

pub mod front;
pub mod pump;

pub mod clock;
pub mod fault;
pub mod gate;
pub mod invoiced;
pub mod standin;

pub mod configuration;
pub mod template;
