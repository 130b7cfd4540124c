//! The only crate that names AWS: one concrete type a resource, around the real client.
