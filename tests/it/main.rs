//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod counters;
mod estimating;
mod importing;
mod links;
mod privacy;
mod set;
mod tidy;
