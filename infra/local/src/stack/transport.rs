//! How functions reach the stand-ins.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use futures::FutureExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use cloud::Aws;
use cloud::connect::{Dropped, Exchange};

use crate::clock::hold;
use crate::gate::Service;
use crate::standin::{StandIns, StartError};

use super::layer::Layer;

/// The way of one stack, and its seed.
#[derive(Debug)]
pub(super) struct Transport {
    seed: u64,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// Calls of this process, perhaps with a layer between.
    InProcess { stand_ins: StandIns, layer: Option<Layer> },
    /// Sockets of 127.0.0.1.
    Tcp(Mutex<BTreeMap<Service, Socket>>),
}

/// A service at its address, while it is served.
#[derive(Debug)]
struct Socket {
    address: SocketAddr,
    serving: Option<JoinHandle<()>>,
}

impl Transport {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the other way can fail, and the caller takes either"
    )]
    pub(super) fn in_process(stand_ins: &StandIns, seed: u64) -> Result<Self, StartError> {
        Ok(Self { seed, way: Way::InProcess { stand_ins: stand_ins.clone(), layer: None } })
    }

    pub(super) fn behind(layer: Layer, stand_ins: &StandIns, seed: u64) -> Self {
        Self { seed, way: Way::InProcess { stand_ins: stand_ins.clone(), layer: Some(layer) } }
    }

    /// Serves each service on a port of its own.
    pub(super) fn over_tcp(stand_ins: &StandIns, seed: u64) -> Result<Self, StartError> {
        let mut sockets = BTreeMap::new();
        for service in Service::ALL {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            sockets.insert(service, Socket::serve(stand_ins, service, any)?);
        }
        Ok(Self { seed, way: Way::Tcp(Mutex::new(sockets)) })
    }

    /// Clients that nobody has used.
    pub(super) fn clients(&self) -> Aws {
        match &self.way {
            Way::InProcess { stand_ins, layer } => {
                let exchange = exchange(stand_ins);
                let exchange = match layer {
                    Some(layer) => layer.over(exchange),
                    None => exchange,
                };
                Aws::in_process(exchange, self.seed)
            }
            Way::Tcp(sockets) => {
                let url = |(service, socket): (&Service, &Socket)| {
                    (service.as_str(), format!("http://{}", socket.address))
                };
                let urls: BTreeMap<&str, String> = hold(sockets).iter().map(url).collect();
                Aws::over_tcp(move |name| urls.get(name).cloned().unwrap_or_default(), self.seed)
            }
        }
    }

    /// The same for looking: no layer alters what they see.
    pub(super) fn clients_past_the_layer(&self) -> Aws {
        match &self.way {
            Way::InProcess { stand_ins, .. } => Aws::in_process(exchange(stand_ins), self.seed),
            Way::Tcp(_) => self.clients(),
        }
    }

    /// Ends the connections of a service and refuses new ones; false when there is no socket.
    pub(super) async fn unplug(&self, service: Service) -> bool {
        let Way::Tcp(sockets) = &self.way else {
            return false;
        };
        let serving = hold(sockets).get_mut(&service).and_then(|socket| socket.serving.take());
        if let Some(serving) = serving {
            serving.abort();
            // It has ended when the socket is closed.
            drop(serving.await);
        }
        true
    }

    /// Serves a service again at its address; nothing happens when it is served.
    pub(super) fn plug(&self, stand_ins: &StandIns, service: Service) -> Result<(), StartError> {
        if let Way::Tcp(sockets) = &self.way
            && let Some(socket) = hold(sockets).get_mut(&service)
            && socket.serving.is_none()
        {
            *socket = Socket::serve(stand_ins, service, socket.address)?;
        }
        Ok(())
    }
}

/// The way to the stand-ins within this process.
fn exchange(stand_ins: &StandIns) -> Exchange {
    let stand_ins = stand_ins.clone();
    Arc::new(move |request| {
        let stand_ins = stand_ins.clone();
        async move { stand_ins.call(request).await.map_err(|_| Dropped) }.boxed()
    })
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

impl Socket {
    fn serve(
        stand_ins: &StandIns,
        service: Service,
        address: SocketAddr,
    ) -> Result<Self, StartError> {
        let listener = std::net::TcpListener::bind(address).map_err(StartError::Socket)?;
        let address = listener.local_addr().map_err(StartError::Socket)?;
        listener.set_nonblocking(true).map_err(StartError::Socket)?;
        let listener = TcpListener::from_std(listener).map_err(StartError::Socket)?;
        let stand_ins = stand_ins.clone();
        let serving = tokio::spawn(async move {
            if let Err(error) = stand_ins.serve(service, listener).await {
                tracing::error!(%service, %error, "a stand-in is served no more");
            }
        });
        Ok(Self { address, serving: Some(serving) })
    }
}
