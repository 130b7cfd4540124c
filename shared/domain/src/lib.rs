//! The rules of a reading campaign. Pure: no async, no IO, no clock, no AWS.

pub mod id;
