//! The rules of a reading campaign. Pure: no async, no IO, no clock, no AWS.
//!
//! In reading order: who and where ([`account`], [`connection`], [`meter`]), what was read
//! ([`reading`]) and asked in advance ([`advance`]), how all of it comes from the old
//! administration ([`import`]), how a year is asked for ([`campaign`]) of each meter ([`request`])
//! by mails that are sent once ([`sending`]), what is typed behind a link ([`entry`], [`judge`],
//! [`receipt`]) or by whom ([`delegation`]), what never came ([`history`], [`estimate`]), and what the
//! year costs by a [`tariff`]: its [`settlement`], how one comes about and who must see it
//! ([`invoicing`]), and the number of its [`invoice`]. Below them lies
//! the small vocabulary that all of it is written in.

pub mod account;
pub mod connection;
pub mod meter;
pub mod reading;

pub mod advance;
pub mod import;

pub mod campaign;
pub mod post;
pub mod request;
pub mod sending;

pub mod delegation;
pub mod entry;
pub mod judge;
pub mod receipt;

pub mod estimate;
pub mod history;

pub mod invoice;
pub mod invoicing;
pub mod settlement;
pub mod tariff;

pub mod address;
pub mod calendar;
mod configuration;
mod domain_name;
pub mod hex;
pub mod id;
pub mod language;
pub mod money;
pub mod quantity;
pub mod shard;
mod spreadsheet;
mod text;
pub mod written;
