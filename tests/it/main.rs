//! The system, driven from outside.
#![cfg(test)]

mod campaign;
mod configured;
mod counters;
mod delegating;
mod estimating;
mod events;
mod faults;
mod forwarding;
mod fuzzing;
mod importing;
mod invoicing;
mod keys;
mod links;
mod papers;
mod privacy;
mod scanning;
mod sending;
mod set;
mod tidy;
mod wire;
mod world;
