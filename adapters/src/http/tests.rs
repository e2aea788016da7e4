//! The client against a server that answers raw bytes, or does not.

use std::net::SocketAddr;
use std::time::Duration;

use approvals::ports::Fault;
use commands::names::Millis;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;

/// What the server does with the connections it gets, one after the other; the last goes on for ever.
#[derive(Clone, Copy)]
enum Act {
    Say(&'static str),
    Hang,
    CloseUnread,
    CloseAfterReading,
}

struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn server(acts: &'static [Act]) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let mut held = Vec::new();
        for turn in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            held.extend(play(stream, acts[turn.min(acts.len() - 1)]).await);
        }
    });
    Server { address, task }
}

async fn play(mut stream: TcpStream, act: Act) -> Option<TcpStream> {
    if matches!(act, Act::CloseUnread) {
        return None;
    }
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await.unwrap();
    match act {
        Act::Say(text) => {
            stream.write_all(text.as_bytes()).await.unwrap();
            None
        }
        Act::Hang => Some(stream),
        Act::CloseUnread | Act::CloseAfterReading => None,
    }
}

fn client(address: SocketAddr) -> Client {
    let base = Url::parse(&format!("http://{address}")).unwrap();
    let limits = Limits {
        read: Duration::from_millis(200),
        total: Duration::from_secs(2),
        queue: Duration::from_millis(200),
        body_bytes: 64,
        at_once: 1,
        ..Limits::default()
    };
    Client::new(Config {
        base,
        reach: Reach::Loopback,
        limits,
    })
    .unwrap()
}

fn look() -> Request {
    Request::get(["overview"])
}

fn change() -> Request {
    Request::put(["jobs", "7f", "resource-requirements"], &serde_json::json!({}))
}

/// The kind of fault that `acts` lead to for a look and for a change.
async fn faults(acts: &'static [Act]) -> (&'static str, &'static str) {
    let server = server(acts).await;
    let client = client(server.address);
    let of_look = kind(&client.exchange(&look()).await.unwrap_err());
    let of_change = kind(&client.exchange(&change()).await.unwrap_err());
    (of_look, of_change)
}

fn kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::Transient { .. } => "transient",
        Fault::Rejected { code, .. } => code,
        Fault::Unknown { .. } => "unknown",
    }
}

#[tokio::test]
async fn what_never_left_may_be_tried_again() {
    let port_without_server = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let client = client(port_without_server);
    assert_eq!(kind(&client.exchange(&look()).await.unwrap_err()), "transient");
    assert_eq!(kind(&client.exchange(&change()).await.unwrap_err()), "transient");
}

#[tokio::test]
async fn a_name_without_an_address_may_be_tried_again() {
    let base = Url::parse("http://no-such-host.invalid:8081").unwrap();
    let client = Client::new(Config {
        base,
        reach: Reach::Anywhere,
        limits: Limits::default(),
    })
    .unwrap();
    assert_eq!(kind(&client.exchange(&change()).await.unwrap_err()), "transient");
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_a_change_unknown() {
    assert_eq!(faults(&[Act::Hang]).await, ("transient", "unknown"));
    assert_eq!(faults(&[Act::CloseAfterReading]).await, ("transient", "unknown"));
    assert_eq!(faults(&[Act::CloseUnread]).await, ("transient", "unknown"));
}

#[tokio::test]
async fn an_answer_cut_short_leaves_a_change_unknown() {
    let cut = &[Act::Say(
        "HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{\"half\":",
    )];
    assert_eq!(faults(cut).await, ("transient", "unknown"));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let endless = &[Act::Say(
        "HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n\
         0123456789012345678901234567890123456789012345678901234567890123456789",
    )];
    assert_eq!(faults(endless).await, ("transient", "unknown"));
}

#[tokio::test]
async fn a_look_that_met_a_closing_connection_is_asked_once_more() {
    let server = server(&[
        Act::CloseUnread,
        Act::Say("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
    ])
    .await;
    let answer = client(server.address).exchange(&look()).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let server = server(&[Act::Say(
        "HTTP/1.1 307 Moved\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n",
    )])
    .await;
    let answer = client(server.address).exchange(&look()).await.unwrap();
    assert_eq!(answer.status, 307);
    assert_eq!(kind(&fault_of_status(&answer, Effect::Look, "")), "REDIRECTED");
}

#[tokio::test]
async fn our_own_queue_is_bounded() {
    let server = server(&[Act::Hang]).await;
    let client = client(server.address);
    let _turn = client.turns.acquire().await.unwrap();
    assert_eq!(kind(&client.exchange(&change()).await.unwrap_err()), "transient");
}

#[tokio::test]
async fn a_server_that_asks_to_wait_is_heard() {
    let server = server(&[Act::Say(
        "HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n",
    )])
    .await;
    let answer = client(server.address).exchange(&change()).await.unwrap();
    let Fault::Transient { retry_after, .. } = fault_of_status(&answer, Effect::Change, "") else {
        panic!("not transient");
    };
    assert_eq!(retry_after, Some(Millis::seconds(7)));
}

#[test]
fn a_status_says_whether_it_was_done() {
    let of = |status, effect| {
        kind(&fault_of_status(
            &Answer {
                status,
                retry_after: None,
                headers: HeaderMap::new(),
                body: Vec::new(),
            },
            effect,
            "",
        ))
    };
    for (status, expected) in [
        (302, "REDIRECTED"),
        (400, "BAD_REQUEST"),
        (401, "UNAUTHENTICATED"),
        (403, "FORBIDDEN"),
        (404, "NOT_FOUND"),
        (409, "CONFLICT"),
        (413, "REFUSED"),
        (408, "transient"),
        (503, "transient"),
    ] {
        assert_eq!(of(status, Effect::Change), expected, "{status}");
        assert_eq!(of(status, Effect::Look), expected, "{status}");
    }
    for status in [500, 502, 504, 599] {
        assert_eq!(of(status, Effect::Change), "unknown", "{status}");
        assert_eq!(of(status, Effect::Look), "transient", "{status}");
    }
}

#[test]
fn a_base_that_may_not_be_reached_makes_no_client() {
    let make = |base: &str, reach| {
        Client::new(Config {
            base: Url::parse(base).unwrap(),
            reach,
            limits: Limits::default(),
        })
        .map(|_| ())
    };
    assert!(matches!(
        make("ftp://flink", Reach::Anywhere),
        Err(Misconfigured::Address)
    ));
    assert!(matches!(
        make("http://169.254.169.254", Reach::Anywhere),
        Err(Misconfigured::Refused(_))
    ));
    assert!(matches!(
        make("http://10.0.0.7:8081", Reach::Loopback),
        Err(Misconfigured::Refused(_))
    ));
    assert!(make("http://localhost:8081", Reach::Loopback).is_ok());
}

#[test]
fn nothing_untrusted_escapes_its_segment() {
    let base = Url::parse("https://proxy/flink/?x=1#y").unwrap();
    let url = |path: &[&str]| {
        Request::get(path.iter().copied())
            .url(&base)
            .map(String::from)
            .ok()
    };
    assert_eq!(
        url(&["jobs", "a/../b"]).as_deref(),
        Some("https://proxy/flink/jobs/a%2F..%2Fb")
    );
    assert_eq!(
        url(&["jobs", "a?b#c%"]).as_deref(),
        Some("https://proxy/flink/jobs/a%3Fb%23c%25")
    );
    for segment in ["..", ".", "", "a\nb", ".\t."] {
        assert_eq!(url(&["jobs", segment]), None, "{segment:?}");
    }
    let query = Request::get(["jobs"]).with("get", "a&b=c").url(&base).unwrap();
    assert_eq!(query.as_str(), "https://proxy/flink/jobs?get=a%26b%3Dc");
}
