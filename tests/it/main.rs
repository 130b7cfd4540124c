//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod tidy;
