//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod counters;
mod delegating;
mod estimating;
mod faults;
mod importing;
mod keys;
mod links;
mod privacy;
mod sending;
mod set;
mod tidy;
mod wire;
mod world;
