//! A door before each API of a stack: every call goes through, and at a named one something is ended with `kill -9`.
//!
//! The door knows methods by their path only and passes messages on as they are. So a fault happens at a point that can be
//! named: while a call is under way, or between its effect and the moment at which anybody hears of it.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use axum::{Router, body::Bytes, extract::Request, response::Response};
use http::HeaderMap;
use lotse::stack::{Address, apart::Apart};
use tokio::{net::TcpListener, task::JoinSet};
use tonic::{
    Status,
    body::Body,
    service::Routes,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tower::ServiceExt as _;

/// What stands before a message of gRPC: whether it is compressed, and its length.
const FRAME: usize = 5;

/// What is ended, and at once started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    /// A service, or the worker.
    Role(&'static str),
    /// The Temporal server.
    Temporal,
    /// `PostgreSQL`.
    Postgres,
}

/// When in a call the victim is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// While the call is under way: whether it has an effect is open, and whoever called may hear nothing.
    During,
    /// After the answer has left the service and before the caller has it: the effect stands, and nobody knows.
    Unheard,
}

/// One fault that is to happen, at the first call of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trap {
    /// The end of the method's path, such as `EpisodeService/DecideReview`.
    pub method: &'static str,
    /// When in the call.
    pub when: When,
    /// What is ended.
    pub victim: Victim,
}

#[derive(Debug, Default)]
struct Traps {
    set: Mutex<Vec<Trap>>,
    trouble: Mutex<Vec<String>>,
    heard: Mutex<BTreeMap<String, Letter>>,
}

/// A request as it went through a door, and the way on from there.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The method's path.
    pub path: String,
    /// With the caller's token.
    pub headers: HeaderMap,
    /// The encoded message.
    pub message: Bytes,
    /// Where it goes, past the door.
    pub channel: Channel,
}

impl Letter {
    /// Sends it, past the door.
    pub async fn send(&self) -> Result<Bytes, Status> {
        let length = u32::try_from(self.message.len()).expect("a message of less than 4 GiB");
        let framed = [&[0], length.to_be_bytes().as_slice(), &self.message].concat();
        let mut request = http::Request::new(Body::new(axum::body::Body::from(framed)));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.path.parse().map_err(|_| Status::internal("no path"))?;
        *request.version_mut() = http::Version::HTTP_2;
        *request.headers_mut() = self.headers.clone();
        let answer = self.channel.clone().oneshot(request).await.map_err(|_| Status::unavailable("nobody answers"))?;
        match Status::from_header_map(answer.headers()) {
            Some(status) if status.code() != tonic::Code::Ok => Err(status),
            _ => {
                let body = axum::body::to_bytes(axum::body::Body::new(answer.into_body()), usize::MAX).await;
                let body = body.map_err(|_| Status::unavailable("the answer broke off"))?;
                Ok(body.slice(body.len().min(FRAME)..))
            }
        }
    }
}

impl Traps {
    /// Reads a request, keeps the first of each method, and gives it back as it was.
    async fn hear(&self, request: Request, channel: &Channel) -> Result<http::Request<Body>, axum::Error> {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await?;
        let (path, headers, channel) = (head.uri.path().to_owned(), head.headers.clone(), channel.clone());
        let letter = Letter { path: path.clone(), headers, message: body.slice(body.len().min(FRAME)..), channel };
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).entry(path).or_insert(letter);
        Ok(http::Request::from_parts(head, Body::new(axum::body::Body::from(body))))
    }

    fn take(&self, path: &str) -> Option<Trap> {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        let at = set.iter().position(|trap| path.ends_with(&format!(".{}", trap.method)))?;
        Some(set.remove(at))
    }

    fn note(&self, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            self.trouble.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{error:#}"));
        }
    }
}

/// The doors of a stack, bound and not yet open.
#[derive(Debug)]
pub struct Doors {
    listeners: Vec<(TcpListener, SocketAddr)>,
    public: BTreeMap<&'static str, SocketAddr>,
    traps: Arc<Traps>,
    open: JoinSet<()>,
}

impl Doors {
    /// Binds a door before both APIs of every service, and leads siblings and the worker there.
    pub async fn before(stack: &mut Apart) -> anyhow::Result<Self> {
        let mut doors =
            Self { listeners: Vec::new(), public: BTreeMap::new(), traps: Arc::default(), open: JoinSet::new() };
        for Address { service, public, process, .. } in stack.addresses() {
            let address = doors.bind(process).await?;
            stack.reach_through(service, address);
            let address = doors.bind(public).await?;
            doors.public.insert(service, address);
        }
        Ok(doors)
    }

    async fn bind(&mut self, inside: SocketAddr) -> anyhow::Result<SocketAddr> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        self.listeners.push((listener, inside));
        Ok(address)
    }

    /// Opens the doors.
    pub fn open(&mut self, stack: &Arc<Apart>) -> anyhow::Result<()> {
        for (listener, inside) in self.listeners.drain(..) {
            let channel = Endpoint::from_shared(format!("http://{inside}"))?
                .connect_timeout(Duration::from_secs(2))
                .tcp_nodelay(true)
                .connect_lazy();
            let (traps, stack) = (Arc::clone(&self.traps), Arc::downgrade(stack));
            let router = Router::new().fallback(move |request: Request| {
                let (channel, traps, stack) = (channel.clone(), Arc::clone(&traps), Weak::clone(&stack));
                // A caller that is ended must not end the fault half-way.
                let passage = tokio::spawn(async move {
                    match traps.hear(request, &channel).await {
                        Ok(request) => pass(request, channel, traps, stack).await,
                        Err(_) => Status::cancelled("the caller broke off").into_http(),
                    }
                });
                async move { passage.await.unwrap_or_else(|_| Status::unavailable("the door is broken").into_http()) }
            });
            let serving =
                Server::builder().add_routes(Routes::from(router)).serve_with_incoming(TcpIncoming::from(listener));
            self.open.spawn(async move { drop(serving.await) });
        }
        Ok(())
    }

    /// The address at which clients find the public API of a service.
    pub fn public(&self, service: &str) -> Option<SocketAddr> {
        self.public.get(service).copied()
    }

    /// Sets a trap.
    pub fn set(&self, trap: Trap) {
        self.traps.set.lock().unwrap_or_else(PoisonError::into_inner).push(trap);
    }

    /// The first request of each method that went through, by path.
    pub fn heard(&self) -> BTreeMap<String, Letter> {
        self.traps.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Fails when a trap never sprang, or what was ended could not be started again.
    pub fn check(&self) {
        let left = self.traps.set.lock().unwrap_or_else(PoisonError::into_inner).clone();
        assert!(left.is_empty(), "these faults never happened: {left:?}");
        let trouble = self.trouble();
        assert!(trouble.is_empty(), "{}", trouble.join("\n"));
    }

    /// What was ended and could not be started again.
    pub fn trouble(&self) -> Vec<String> {
        self.traps.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Passes one call on, and springs its trap.
async fn pass(request: http::Request<Body>, channel: Channel, traps: Arc<Traps>, stack: Weak<Apart>) -> Response<Body> {
    let trap = stack.upgrade().and_then(|stack| Some((traps.take(request.uri().path())?, stack)));
    let answer = async {
        let answer = channel.oneshot(request).await;
        answer.unwrap_or_else(|_| Status::unavailable("nobody is behind the door").into_http())
    };
    match trap {
        None => answer.await,
        Some((Trap { victim, when: When::During, .. }, stack)) => {
            let (answer, ()) = tokio::join!(answer, strike(&stack, victim));
            tokio::spawn(async move { traps.note(revive(&stack, victim).await) });
            answer
        }
        Some((trap @ Trap { victim, when: When::Unheard, .. }, stack)) => {
            let answer = answer.await;
            if Status::from_header_map(answer.headers()).is_some_and(|status| status.code() != tonic::Code::Ok) {
                // Refused: there is no effect yet. The trap waits for one.
                traps.set.lock().unwrap_or_else(PoisonError::into_inner).push(trap);
                return answer;
            }
            strike(&stack, victim).await;
            tokio::spawn(async move { traps.note(revive(&stack, victim).await) });
            Status::unavailable("the answer was lost").into_http()
        }
    }
}

/// Ends the victim as `kill -9` would, and returns when it is gone.
pub async fn strike(stack: &Apart, victim: Victim) {
    match victim {
        Victim::Role(role) => stack.kill(role).await,
        Victim::Postgres => stack.servers().kill_postgres().await,
        Victim::Temporal => stack.servers().kill_temporal().await.expect("Temporal belongs to the stack"),
    }
}

/// Starts the victim again.
pub async fn revive(stack: &Apart, victim: Victim) -> anyhow::Result<()> {
    match victim {
        Victim::Role(role) => stack.start(role).await,
        Victim::Postgres => Ok(stack.servers().start_postgres().await?),
        Victim::Temporal => Ok(stack.servers().start_temporal().await?),
    }
}
