//! Signed links: grant in, token out, and back; the key ring. Pure.
