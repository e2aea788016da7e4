//! Who follows the console's messages, and what they are told: that one is new or was changed.
//!
//! Nothing here grows with a follower that reads slowly: what it is behind is bounded, and one that falls further behind
//! is let go. It comes back by itself and reads its channel again.

use std::sync::Arc;

use commands::names::Person;
use futures::Stream;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio_stream::wrappers::ReceiverStream;

/// Followers at one time: a team with several tabs each.
pub const FOLLOWERS_MAX: usize = 64;

/// Changes that a follower may be behind: more than a page takes in while it is drawn once.
const BEHIND_MAX: usize = 256;

/// A message that is new or was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In which channel.
    pub channel: String,
    /// Which message.
    pub message: String,
    /// The only person who may know of it.
    #[serde(skip)]
    pub only_for: Option<Person>,
}

/// Tells followers.
#[derive(Debug)]
pub struct Feed {
    changes: broadcast::Sender<Change>,
    places: Arc<Semaphore>,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            changes: broadcast::Sender::new(BEHIND_MAX),
            places: Arc::new(Semaphore::new(FOLLOWERS_MAX)),
        }
    }
}

impl Feed {
    /// Tells everybody who may know. Nobody may be looking.
    pub fn tell(&self, change: Change) {
        drop(self.changes.send(change));
    }

    /// Every change from now on, or only those that one person may know of; `None`: too many follow already. It ends where
    /// the follower falls too far behind, and its place is free again even if nobody ever reads that end.
    ///
    /// Who follows for nobody in particular (a page on which the person changes, a script) is told that a private message
    /// is there, and reads it only as its person.
    pub fn follow(&self, person: Option<Person>) -> Option<impl Stream<Item = Change> + use<>> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        let (to_follower, told) = mpsc::channel(BEHIND_MAX);
        tokio::spawn(pass_on(self.changes.subscribe(), person, to_follower, place));
        Some(ReceiverStream::new(told))
    }
}

async fn pass_on(
    mut changes: broadcast::Receiver<Change>,
    person: Option<Person>,
    to_follower: mpsc::Sender<Change>,
    _place: OwnedSemaphorePermit,
) {
    loop {
        let change = tokio::select! {
            change = changes.recv() => change,
            () = to_follower.closed() => return,
        };
        // Behind, or nobody speaks any more.
        let Ok(change) = change else { return };
        let may_know = person.is_none() || change.only_for.is_none() || change.only_for == person;
        if may_know && to_follower.try_send(change).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    fn change(number: usize, only_for: Option<&str>) -> Change {
        Change {
            channel: "ops".to_owned(),
            message: number.to_string(),
            only_for: only_for.map(|name| Person::parse(name).unwrap()),
        }
    }

    #[tokio::test]
    async fn who_follows_for_one_person_is_told_nothing_of_what_is_for_another() {
        let feed = Feed::default();
        let bo = feed.follow(Some(Person::parse("bo").unwrap())).unwrap();
        let anybody = feed.follow(None).unwrap();
        feed.tell(change(1, Some("ana")));
        feed.tell(change(2, Some("bo")));
        feed.tell(change(3, None));
        drop(feed);
        let heard = |changes: Vec<Change>| changes.into_iter().map(|c| c.message).collect::<Vec<_>>();
        assert_eq!(heard(bo.collect().await), ["2", "3"]);
        assert_eq!(heard(anybody.collect().await), ["1", "2", "3"]);
    }

    #[tokio::test]
    async fn who_reads_nothing_is_let_go_and_gives_the_place_back() {
        let feed = Feed::default();
        let stuck: Vec<_> = (0..FOLLOWERS_MAX).map(|_| feed.follow(None).unwrap()).collect();
        assert!(feed.follow(None).is_none(), "all places are taken");
        for number in 0..=BEHIND_MAX {
            feed.tell(change(number, None));
            tokio::task::yield_now().await;
        }
        let again = feed
            .follow(None)
            .expect("those who read nothing gave their places back");
        feed.tell(change(0, None));
        drop(feed);
        assert_eq!(again.count().await, 1);
        for follower in stuck {
            assert!(follower.count().await <= BEHIND_MAX, "no more is kept for one");
        }
    }

    #[tokio::test]
    async fn who_goes_away_gives_the_place_back() {
        let feed = Feed::default();
        for _ in 0..3 * FOLLOWERS_MAX {
            let follower = feed.follow(None).expect("a place");
            drop(follower);
            while feed.places.available_permits() == 0 {
                tokio::task::yield_now().await;
            }
        }
    }
}
