//! What can be put between functions and stand-ins, to see what a function that is written otherwise
//! would do: the requests are those of ours, the layer makes other ones of them.

use std::fmt;
use std::sync::Arc;

pub use cloud::connect::Exchange;

/// A layer between functions and stand-ins. Clones are the same layer.
#[derive(Clone)]
pub struct Layer(Arc<dyn Fn(Exchange) -> Exchange + Send + Sync>);

impl Layer {
    /// A layer that makes of the way to the stand-ins the way that functions take.
    ///
    /// **Shape.** `over` is asked anew whenever the processes start: what its exchange remembers is
    /// what a process holds in memory.
    pub fn new(over: impl Fn(Exchange) -> Exchange + Send + Sync + 'static) -> Self {
        Self(Arc::new(over))
    }

    pub(super) fn over(&self, exchange: Exchange) -> Exchange {
        (self.0)(exchange)
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Layer")
    }
}
