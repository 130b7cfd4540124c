//! The Lambda campaign.
