//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod counters;
mod delegating;
mod estimating;
mod faults;
mod forwarding;
mod fuzzing;
mod importing;
mod invoicing;
mod keys;
mod links;
mod privacy;
mod scanning;
mod sending;
mod set;
mod tidy;
mod wire;
mod world;
