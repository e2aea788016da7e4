//! What the fake chats have in common for one life of Sluice: how it is called, in which words it speaks, and what hears.

use adapters::chat::voice::Voice;
use adapters::http::{Config, Limits, Reach};
use adapters::wording::Wording;
use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cast;
use crate::town::Town;

/// What hears in one life.
pub(super) struct Ears {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Ears {
    /// Hears until told to stop, as `hear` does.
    pub fn open<F>(hear: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(hear(stopping));
        Self { stop, task }
    }

    /// Hears over HTTP, and at which address.
    pub async fn at_an_address(router: Router) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ears = Self::open(|mut stop| async move {
            let stopped = async move {
                let _ = stop.wait_for(|stop| *stop).await;
            };
            let served = axum::serve(listener, router).with_graceful_shutdown(stopped);
            served.await.unwrap();
        });
        (ears, address)
    }

    /// Hears no more.
    pub async fn close(self) {
        let _ = self.stop.send(true);
        self.task.await.unwrap();
    }
}

/// A client's way to a fake.
pub(super) fn way_to(base: &str) -> Config {
    Config {
        base: base.parse().unwrap(),
        reach: Reach::Loopback,
        limits: Limits::default(),
    }
}

/// The words of every story, for the people of this town.
pub(super) fn voice(town: &dyn Town) -> Voice {
    Voice {
        wording: Wording::new("/flink"),
        language: "en".to_owned(),
        people: cast::people(town),
    }
}
