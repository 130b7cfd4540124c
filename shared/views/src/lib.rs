//! Pages and mails: a model in, text out. Pure.
//!
//! In reading order: the pages behind a link ([`page`]) and the mails that bring it ([`mail`]), the
//! house style that they share ([`House`], from [`utility`] and [`brand`]), and below them the words
//! ([`texts`]), the forms of numbers and dates ([`mod@format`]) and what is said of an [`estimate`].
//!
//! A link arrives here as a finished text: nothing in this crate can make one, or knows a secret.

pub mod mail;
pub mod page;

mod house;

pub mod brand;
pub mod config;
pub mod estimate;
pub mod format;
pub mod texts;
pub mod utility;

pub use house::House;
