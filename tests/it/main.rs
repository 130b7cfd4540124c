//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod importing;
mod set;
mod tidy;
