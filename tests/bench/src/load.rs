//! Asks the same thing over many connections, as fast as it is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::try_join_all;

use crate::Failure;
use crate::asked::Asked;
use crate::table::percentile;
use crate::wire::Wire;

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Load {
    /// How long each answer took, shortest first.
    took: Vec<Duration>,
    /// How long it was asked.
    over: Duration,
}

impl Load {
    /// Answers.
    pub fn count(&self) -> usize {
        self.took.len()
    }

    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.took.len() as f64 / self.over.as_secs_f64()
    }

    /// The time within which `percent` of all were answered.
    pub fn within(&self, percent: usize) -> Duration {
        percentile(&self.took, percent)
    }

    /// Takes another round of the same in.
    pub fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.took.sort_unstable();
        self.over += other.over;
    }
}

/// Asks over so many connections for so long, or until all is asked.
///
/// # Errors
/// Where an answer is no acknowledgement.
pub async fn load(
    address: SocketAddr,
    connections: usize,
    asked: Arc<Asked>,
    over: Duration,
) -> Result<Load, Failure> {
    let began = Instant::now();
    let asking = (0..connections).map(|_| {
        let asked = asked.clone();
        tokio::spawn(async move { ask(address, &asked, began + over).await })
    });
    let mut load = Load::default();
    for took in try_join_all(asking).await? {
        load.took.extend(took?);
    }
    load.took.sort_unstable();
    load.over = began.elapsed();
    Ok(load)
}

async fn ask(address: SocketAddr, asked: &Asked, until: Instant) -> Result<Vec<Duration>, Failure> {
    let mut wire = Wire::open(address).await?;
    let mut took = Vec::new();
    while Instant::now() < until {
        let Some(request) = asked.next() else { break };
        let began = Instant::now();
        let answer = wire.call(request).await?;
        if answer.status != asked.status {
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(format!("answered {}: {said}", answer.status).into());
        }
        took.push(began.elapsed());
    }
    Ok(took)
}
