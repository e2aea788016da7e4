//! The port at which TaskManager processes of this host register, as at a JobManager's `jobmanager.rpc.port`. The words
//! are the fake's own: `register ID SLOTS`, answered by `registered` or `refused`, and `leave` before an orderly end. A line
//! that closes without it is a process that was killed.

use super::FakeFlink;
use super::shared::Shared;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a TaskManager process did, as the cluster saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It registered under this id.
    Came(String),
    /// It took its leave, as one that was asked to end does.
    Left(String),
    /// It was gone without a word.
    Vanished(String),
}

/// The processes that have registered.
#[derive(Default)]
pub(super) struct Processes {
    alive: Vec<String>,
    passages: Vec<Passage>,
}

impl FakeFlink {
    /// Opens the port for TaskManager processes: what belongs under `jobmanager.rpc.address` and `jobmanager.rpc.port`. It
    /// closes, and the processes with it, when the story lets go of the fake.
    pub async fn takes_processes(&self) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port on 127.0.0.1");
        let address = listener.local_addr().expect("a bound port");
        self.server
            .keep(tokio::spawn(accept(listener, Arc::downgrade(&self.shared))));
        address
    }

    /// Whoever is on the way is listed with all its slots: it has been there for a while.
    pub fn lists_arrivals(&self) {
        self.shared.cluster().list_arrivals();
    }

    /// What TaskManager processes did, oldest first.
    pub fn passages(&self) -> Vec<Passage> {
        self.shared.processes.borrow().passages.clone()
    }

    /// TaskManager processes that are connected now.
    pub fn processes(&self) -> Vec<String> {
        self.shared.processes.borrow().alive.clone()
    }

    /// Waits until the process `id` has registered.
    pub async fn until_process_comes(&self, id: &str) {
        self.until_processes(|alive| alive.iter().any(|known| known == id))
            .await;
    }

    /// Waits until the process `id` is gone.
    pub async fn until_process_goes(&self, id: &str) {
        self.until_processes(|alive| alive.iter().all(|known| known != id))
            .await;
    }

    async fn until_processes(&self, are: impl Fn(&[String]) -> bool) {
        let mut processes = self.shared.processes.subscribe();
        let _ = processes.wait_for(|processes| are(&processes.alive)).await;
    }
}

async fn accept(listener: TcpListener, shared: Weak<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, shared.clone()));
    }
}

/// One process, from its first word to its last.
async fn serve(stream: TcpStream, shared: Weak<Shared>) {
    let (reading, mut writing) = stream.into_split();
    let mut words = BufReader::new(reading).lines();
    let Some((id, slots)) = words
        .next_line()
        .await
        .ok()
        .flatten()
        .as_deref()
        .and_then(read_registration)
    else {
        return;
    };
    let answer = match shared.upgrade() {
        Some(shared) if register(&shared, &id, slots) => "registered\n",
        _ => "refused\n",
    };
    if writing.write_all(answer.as_bytes()).await.is_err() || answer == "refused\n" {
        return;
    }
    if let Some(by_itself) = until_it_ends(&mut words, &shared).await
        && let Some(shared) = shared.upgrade()
    {
        shared.cluster().depart(&id, by_itself);
        shared.processes.send_modify(|processes| {
            processes.alive.retain(|alive| *alive != id);
            let passage = if by_itself {
                Passage::Left
            } else {
                Passage::Vanished
            };
            processes.passages.push(passage(id));
        });
    }
}

fn read_registration(line: &str) -> Option<(String, u32)> {
    let (id, slots) = line.strip_prefix("register ")?.rsplit_once(' ')?;
    Some((id.to_owned(), slots.parse().ok()?))
}

fn register(shared: &Shared, id: &str, slots: u32) -> bool {
    let arrived = shared.cluster().arrive(id, slots);
    if arrived {
        shared.processes.send_modify(|processes| {
            processes.alive.push(id.to_owned());
            processes.passages.push(Passage::Came(id.to_owned()));
        });
    } else {
        shared.complain(format!(
            "a second TaskManager named {id} while the first one lives"
        ));
    }
    arrived
}

/// Whether it took its leave; `None`: the story is over.
async fn until_it_ends(words: &mut Lines<BufReader<OwnedReadHalf>>, shared: &Weak<Shared>) -> Option<bool> {
    let story_over = shared.upgrade()?.over.subscribe();
    tokio::select! {
        word = words.next_line() => Some(word.ok().flatten().as_deref() == Some("leave")),
        () = closed(story_over) => None,
    }
}

async fn closed(mut over: watch::Receiver<()>) {
    while over.changed().await.is_ok() {}
}
