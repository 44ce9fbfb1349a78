//! PostgreSQL as in production: under TLS that is verified, with the password of a file.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
};

use lotse_devstack::{
    DevStack, Options,
    authority::{Authority, Vouched},
    wait_until,
};
use lotse_platform::{
    config::{Database, load_from},
    database::{serving, told},
};
use sqlx::{Connection, Executor, PgConnection};

use crate::support::Folder;

const PASSWORD: &str = "canary pass word ";

/// Lets the cluster speak TLS, and nobody in without it or without a password.
async fn secure(stack: &DevStack, server: &Vouched) {
    let data = stack.folder().join("postgres");
    let owner = fs::metadata(&data).expect("the cluster's folder");
    for (name, file) in [("server.crt", &server.certificate_file), ("server.key", &server.key_file)] {
        let target = data.join(name);
        fs::copy(file, &target).expect("a file of the server");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).expect("a private file");
        chown(&target, Some(owner.uid()), Some(owner.gid())).expect("a file of the server");
    }
    let mut admin = PgConnection::connect(stack.admin_url()).await.expect("the superuser");
    for statement in ["CREATE ROLE lotse_cases LOGIN PASSWORD 'canary pass word '", "ALTER SYSTEM SET ssl = on"] {
        admin.execute(statement).await.expect("the cluster's settings");
    }
    fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n").expect("the cluster's doors");
    admin.execute("SELECT pg_reload_conf()").await.expect("new settings");
}

/// What an operator configures: how the URL goes on, and the password.
fn section(stack: &DevStack, folder: &Folder, more: &str, password: &str) -> Database {
    let file = folder.write(&format!("{password}.txt"), &format!("{password}\n"));
    let url = format!("postgres://lotse_cases@127.0.0.1:{}/postgres{more}", stack.postgres_port());
    let pairs = [
        ("LOTSE_DATABASE_URL", url.clone()),
        ("LOTSE_DATABASE_PASSWORD_FILE", file.display().to_string()),
        ("LOTSE_DATABASE_RELAY_URL", url),
    ];
    load_from(pairs.map(|(key, value)| (key.into(), value.into()))).expect("a section")
}

#[tokio::test]
async fn the_database_is_believed_by_its_authority_and_believes_the_password_of_a_file() {
    let options = Options { temporal: false, fsync: false, ..Options::default() };
    let stack = DevStack::start(options).await.expect("a cluster");
    let (authority, stranger) = (Authority::new().expect("an authority"), Authority::new().expect("an authority"));
    secure(&stack, &authority.vouch_for("127.0.0.1").expect("a certificate")).await;
    let folder = Folder::new();
    let verified = |authority: &Authority| format!("?sslmode=verify-full&sslrootcert={}", authority.file().display());
    let connect = async |more: &str, password: &str| {
        let options = section(&stack, &folder, more, password).options().expect("options");
        PgConnection::connect_with(&options).await
    };
    wait_until("the cluster speaks TLS", async || connect(&verified(&authority), PASSWORD).await.is_ok()).await;

    let pool = serving(&section(&stack, &folder, &verified(&authority), PASSWORD), "public").expect("a pool");
    let encrypted: bool = sqlx::query_scalar("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        .fetch_one(&pool)
        .await
        .expect("an answer");
    assert!(encrypted);

    for (more, password, words) in [
        (verified(&stranger), PASSWORD, "invalid peer certificate"),
        (verified(&authority), "canary wrong", "28P01"),
        ("?sslmode=disable".to_owned(), PASSWORD, "28000"),
    ] {
        let error = connect(&more, password).await.expect_err("a refusal");
        let text = told(&error);
        assert!(text.contains(words) && !text.contains("canary"), "{words}: {text}");
    }
}
