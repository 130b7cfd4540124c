//! The system, driven from outside.
#![cfg(test)]

mod answering;
mod campaign;
mod configured;
mod counters;
mod crashing;
mod delegating;
mod estimating;
mod events;
mod faults;
mod following;
mod forwarding;
mod fuzzing;
mod importing;
mod invoicing;
mod keys;
mod links;
mod obstacles;
mod papers;
mod posting;
mod privacy;
mod scanning;
mod sending;
mod set;
mod standing;
mod tidy;
mod wire;
mod world;
