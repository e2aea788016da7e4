//! A bad day of both chats: what they deliver comes twice, late, in another order, many at once, and signed anew.
//!
//! `SLUICE_TEST_STORM` says how many deliveries (20,000, where it says nothing), `SLUICE_TEST_STORM_SEED` which; a failure
//! prints both.

mod plan;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

use self::plan::{Arrival, plan};
use crate::town::Town;
use crate::variables::said;
use crate::{discord, panics, slack};

/// Deliveries, where nothing else is said.
const DELIVERIES: usize = 20_000;
/// Deliveries on their way at once.
const AT_ONCE: usize = 32;

/// What each thing was answered.
type Answers = BTreeMap<u32, Value>;

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_a_storm_is_on_disk_once_and_each_delivery_of_it_is_answered_alike() {
    panics::watch();
    let deliveries = said("SLUICE_TEST_STORM").unwrap_or(DELIVERIES);
    let seed = said("SLUICE_TEST_STORM_SEED").unwrap_or_else(rand::random);
    println!("a storm of {deliveries} deliveries of seed {seed}");
    let arrivals = plan(seed, deliveries);
    let (late, things) = (
        count(&arrivals, |arrival| arrival.is_late),
        count(&arrivals, |arrival| arrival.copy == 0),
    );
    assert!(
        late > 0 && things < deliveries - late,
        "nothing came twice, or nothing too late"
    );

    let town =
        Arc::new(Town::start(|site| slack::town::ears(site.clone()).and(discord::town::ears(site))).await);
    let stored = hears_all(&town, arrivals).await;
    assert_eq!(stored.len(), things, "other things are on disk than were said");
    let again: Vec<_> = stored.iter().filter(|(_, times)| **times > 1).collect();
    assert!(again.is_empty(), "stored more than once: {again:?}");
    assert_eq!(
        town.refused(),
        u64::try_from(late).unwrap(),
        "what came too late is refused"
    );
    assert_eq!(
        panics::counted(),
        0,
        "something panicked beside the answers: see above"
    );
    println!("{things} things, {late} deliveries too late");
}

/// Takes everything in while it is worked off; how often each thing was new on disk.
async fn hears_all(town: &Arc<Town>, arrivals: Vec<Arrival>) -> BTreeMap<String, usize> {
    let arrivals = Arc::new(Mutex::new(arrivals.into_iter()));
    let answers = Arc::new(Mutex::new(Answers::new()));
    let mut roads = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (town, arrivals, answers) = (town.clone(), arrivals.clone(), answers.clone());
        roads.spawn(async move {
            loop {
                let next = arrivals.lock().unwrap().next();
                let Some(arrival) = next else { break };
                is_answered(&town, &arrival, &answers).await;
            }
        });
    }
    let mut stored = BTreeMap::new();
    loop {
        let is_over = roads.is_empty();
        let done = town.works_off().await;
        if is_over && done.is_empty() {
            return stored;
        }
        for id in done {
            *stored.entry(id.0).or_default() += 1;
        }
        while let Some(road) = roads.try_join_next() {
            road.unwrap();
        }
        tokio::task::yield_now().await;
    }
}

/// With what every delivery of the same thing is answered.
async fn is_answered(town: &Town, arrival: &Arrival, answers: &Mutex<Answers>) {
    let (status, said) = town.answers(arrival.request()).await;
    if arrival.is_late {
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{arrival:?}");
        return;
    }
    assert_eq!(status, StatusCode::OK, "{arrival:?}");
    let mut answers = answers.lock().unwrap();
    let first = answers.entry(arrival.number).or_insert_with(|| said.clone());
    assert_eq!(said, *first, "{arrival:?}");
}

fn count(arrivals: &[Arrival], is: impl Fn(&Arrival) -> bool) -> usize {
    arrivals.iter().filter(|arrival| is(arrival)).count()
}
