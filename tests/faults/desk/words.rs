//! What `lotse dev` says in words is read and pasted as it stands, and `lotse token` signs more of what it printed.

use std::{process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

use super::{printed, reflection::Client};
use crate::place::Place;

/// How long the desk may take to stand, or to be gone.
const PATIENCE: Duration = Duration::from_mins(1);

/// The last line: whoever reads it has read all.
const END: &str = "Ctrl-C ends everything.";

pub async fn a_desk_says_in_words_how_it_is_called() {
    let place = Place::new("words");
    let mut desk = place.lotse(&["dev"]).stdout(Stdio::piped()).spawn().expect("the executable");
    let mut lines = BufReader::new(desk.stdout.take().expect("its output")).lines();
    let mut told = Vec::new();
    while told.last().is_none_or(|line| line != END) {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it stands in time").expect("its output");
        told.push(line.unwrap_or_else(|| unreachable!("it ended: {told:#?}")));
    }
    every_address_answers(&told).await;
    what_is_to_be_pasted_works(&told).await;
    more_tokens_can_be_had(&place, &told).await;

    let id = desk.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).expect("a running process");
    kill_process(id, Signal::INT).expect("a signal");
    let status = timeout(PATIENCE, desk.wait()).await.expect("it ends in time").expect("a status");
    assert_eq!(status.code(), Some(0), "{status:?}");
}

/// What stands behind a label, up to the next gap.
fn said<'t>(told: &'t [String], label: &str) -> &'t str {
    let lines = told.iter().filter_map(|line| line.strip_prefix(&format!("  {label} ")));
    let values: Vec<&str> = lines.map(|rest| rest.trim_start().split("   ").next().unwrap_or_default()).collect();
    let [value] = values[..] else { unreachable!("{label} is said {} times: {told:#?}", values.len()) };
    value
}

async fn every_address_answers(told: &[String]) {
    let text = told.join("\n");
    let behind = text.split("http://").skip(1);
    let addresses: Vec<&str> = behind.filter_map(|rest| rest.split([' ', ',', ')', '\n']).next()).collect();
    // Temporal, the front twice, it stands in the last example too, and three of each of four services.
    assert_eq!(addresses.len(), 1 + 2 + 3 * 4, "{text}");
    let database = said(told, "PostgreSQL").split(['@', '/']).find(|part| part.starts_with("127.0.0.1:"));
    for address in addresses.into_iter().chain(database) {
        assert!(TcpStream::connect(address).await.is_ok(), "nobody listens at {address}: {text}");
    }
    assert!(database.is_some(), "{text}");
    let labels = ["address", "cases", "providers", "documents", "notifications", "Temporal"];
    assert!(labels.iter().all(|label| said(told, label).starts_with("http://127.0.0.1:")), "{text}");
    assert!(text.contains("(namespace "), "{text}");
}

/// A line that begins with these words, from there on.
fn line<'t>(told: &'t [String], words: &str) -> &'t str {
    told.iter().map(|line| line.trim_start()).find(|line| line.starts_with(words)).expect(words)
}

/// The part of a line between two marks.
fn between<'l>(line: &'l str, before: &str, after: &str) -> &'l str {
    line.split_once(before)
        .and_then(|(_, rest)| rest.split_once(after))
        .map_or_else(|| unreachable!("{line}"), |(it, _)| it)
}

async fn what_is_to_be_pasted_works(told: &[String]) {
    let tokens = told.iter().filter(|line| line.starts_with("ey")).count();
    let people = ["operator", "anna", "bernd", "carla", "doris", "emil"].map(|person| format!("{person} ("));
    assert!(people.iter().all(|person| told.iter().any(|line| line.starts_with(person))), "{told:#?}");
    assert_eq!(tokens, people.len(), "a token for each: {told:#?}");

    let examples: Vec<&str> = told.iter().filter_map(|line| line.strip_prefix("  grpcurl ")).collect();
    let [list, call] = examples[..] else { unreachable!("two examples: {told:#?}") };
    let (head, host) = list.strip_suffix(" list").and_then(|line| line.rsplit_once(' ')).expect("a list");
    assert!(head.starts_with("-plaintext -H 'authorization: Bearer "), "{list}");
    let mut client = Client::of(&format!("http://{host}"), between(list, "Bearer ", "'")).await;
    assert!(client.listed().contains("lotse.cases.v1.CaseService"));
    let (rest, method) = call.rsplit_once(' ').expect("a method");
    assert!(rest.ends_with(&format!("' {host}")), "{call}");
    let request: Value = serde_json::from_str(between(call, "-d '", "'")).expect("JSON");
    let staff = client.call(between(call, "Bearer ", "'"), method, request).await.expect("the staff");
    assert_eq!(staff["staff_members"].as_array().map(Vec::len), Some(people.len() - 1), "{staff}");
    let play = line(told, "lotse journey run FILE");
    let (address, keys) = (said(told, "address"), said(told, "keys"));
    assert_eq!(play, format!("lotse journey run FILE --against {address} --keys {keys}"));
}

async fn more_tokens_can_be_had(place: &Place, told: &[String]) {
    let (address, keys) = (said(told, "address"), said(told, "keys"));
    let sign = async |keys: &str, wish: &[&str]| {
        let arguments = [&["token", "--keys", keys], wish].concat();
        place.lotse(&arguments).output().await.expect("the executable")
    };
    let signed = sign(keys, &["--subject", "operator", "--role", "administrator"]).await;
    assert_eq!(signed.status.code(), Some(0), "{}", printed(&signed));
    let operator = String::from_utf8(signed.stdout).expect("a text");
    let mut client = Client::of(address, operator.trim_end()).await;
    let of_anna = ["--subject", "anna", "--jobcenter", "musterstadt", "--role", "case-manager", "--role", "team-lead"];
    let signed = sign(keys, &of_anna).await;
    assert_eq!(signed.status.code(), Some(0), "{}", printed(&signed));
    let anna = String::from_utf8(signed.stdout).expect("a text");
    let request = json!({ "parent": "jobcenters/musterstadt" });
    for token in [&operator, &anna] {
        let staff =
            client.call(token.trim_end(), "lotse.cases.v1.StaffService/ListStaffMembers", request.clone()).await;
        assert!(staff.is_ok(), "{staff:?}");
    }

    let work = place.work();
    let nowhere = work.to_str().expect("a path in UTF-8");
    let refused = [
        (keys, "case-worker", "`case-worker` is no role; there are administrator, case-manager,"),
        (nowhere, "case-manager", "holds no keys of an issuer"),
    ];
    for (keys, role, why) in refused {
        let told = sign(keys, &["--subject", "anna", "--role", role]).await;
        assert_eq!((told.status.code(), told.stdout.is_empty()), (Some(1), true), "{}", printed(&told));
        assert!(printed(&told).contains(why), "{}", printed(&told));
    }
    let told = sign(keys, &["--subject", "anna"]).await;
    assert_eq!(told.status.code(), Some(2), "a role is required: {}", printed(&told));
    assert_eq!(place.left_at_work(), std::collections::BTreeSet::new(), "keys were made where there were none");
}
