//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod importing;
mod links;
mod set;
mod tidy;
