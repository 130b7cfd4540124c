//! The system, driven from outside.
#![cfg(test)]

mod tidy;
