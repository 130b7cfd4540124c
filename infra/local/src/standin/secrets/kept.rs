//! The secrets in a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Secrets, Version};
use crate::clock::hold;
use crate::standin::kept::{KeptError, KeptFile};

impl Secrets {
    /// Puts back what the file holds, if there is one.
    pub(in crate::standin) fn load(&self, file: &KeptFile) -> Result<(), KeptError> {
        let read = file.read::<BTreeMap<String, Vec<Version>>>()?;
        Arc::make_mut(&mut hold(&self.versions)).extend(read.unwrap_or_default());
        Ok(())
    }

    /// Writes every version.
    pub(in crate::standin) fn store(&self, file: &KeptFile) -> Result<(), KeptError> {
        file.write(&**hold(&self.versions))
    }
}
