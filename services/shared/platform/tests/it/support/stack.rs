//! A real PostgreSQL with the platform's tables and a real Temporal, from the development stack.

use std::net::SocketAddr;

use lotse_devstack::{DevStack, travel::PgWorld};
use lotse_platform::{
    clock::WallClock,
    config::{self, ServerUri, Value},
    database::{connect, migrate},
    temporal::Temporal,
};
use sqlx::{PgPool, migrate::Migrator};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// The schema of a service that has nothing but the platform's tables.
const SCHEMA: &str = "relaying";

async fn stack() -> &'static DevStack {
    Box::pin(lotse_devstack::shared()).await.expect("a development stack")
}

/// A database with the platform's tables in one schema; the pool is the owner's.
pub async fn database() -> PgPool {
    let name = format!("relaying_{}", WallClock.new_id().simple());
    let url = stack().await.create_database(&name).await.expect("a database");
    migrate(&url, SCHEMA, Migrator::DEFAULT).await.expect("the platform's tables");
    let pool = connect(&url, SCHEMA).expect("a pool");
    PgWorld::install(pool.clone(), WallClock.now()).await.expect("the simulated clock");
    pool
}

/// The pool of the relay's own role in the same database.
pub async fn relaying(owner: &PgPool) -> PgPool {
    let options = (*owner.connect_options()).clone().username("lotse_relaying_relay");
    PgPool::connect_with(options).await.expect("the relay's role")
}

/// The stack's Temporal, over a connection of this test's own.
pub async fn temporal() -> Temporal {
    let stack = stack().await;
    handle(stack.temporal_address(), stack.namespace())
}

/// A Temporal that is not there.
pub fn absent() -> Temporal {
    handle("http://127.0.0.1:1", "lotse")
}

fn handle(address: &str, namespace: &str) -> Temporal {
    let config = config::Temporal {
        address: ServerUri::from_text(address),
        namespace: namespace.to_owned(),
        ca_file: None,
        certificate_file: None,
        key_file: None,
    };
    Temporal::new(&config, "test").expect("a handle")
}

/// Writes an outbox row as a service would; `start` and `signal` alike carry the wake signal.
pub async fn enqueue(pool: &PgPool, id: &str, seq: i64, kind: &str) {
    let (workflow_type, task_queue, input) = match kind {
        "start" => (Some("Episode"), Some("relay-test"), Some(serde_json::json!({ "episode": "1" }))),
        _ => (None, None, None),
    };
    sqlx::query(
        r"
        INSERT INTO outbox_events (workflow_id, seq, kind, jobcenter_id, workflow_type, task_queue, signal_name, payload,
                                   input, trace_context)
        VALUES ($1, $2, $3, 'musterstadt', $4, $5, 'wake', $6, $7,
                '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
        ",
    )
    .bind(id)
    .bind(seq)
    .bind(kind)
    .bind(workflow_type)
    .bind(task_queue)
    .bind(serde_json::json!({ "sender": "cases", "kind": "episode", "seq": seq }))
    .bind(input)
    .execute(pool)
    .await
    .expect("a row");
}

/// A line to the stack's Temporal that can be cut and mended.
pub struct Line {
    address: SocketAddr,
    far: SocketAddr,
    serving: JoinHandle<()>,
}

impl Line {
    pub async fn lay() -> Self {
        let far = stack().await.temporal_address().trim_start_matches("http://").parse().expect("an address");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Self { address, far, serving: tokio::spawn(forward(listener, far)) }
    }

    pub async fn temporal(&self) -> Temporal {
        handle(&format!("http://{}", self.address), stack().await.namespace())
    }

    /// Ends the line with everything that goes over it.
    pub async fn cut(&mut self) {
        self.serving.abort();
        drop((&mut self.serving).await);
    }

    pub async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.serving = tokio::spawn(forward(listener, self.far));
    }
}

async fn forward(listener: TcpListener, far: SocketAddr) {
    let mut open = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.expect("a connection");
        open.spawn(async move {
            let mut far = TcpStream::connect(far).await.expect("Temporal");
            drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
        });
    }
}
