//! How time passes in a story: from one thing that is due to the next, with every loop's turns in between.

use approvals::ledger::{Ledger as _, LedgerError};
use approvals::{intake, outbox, runner};
use commands::names::{At, Millis};

use crate::mortal::dead;
use crate::world::{Life, Manner, World};

/// Rounds without an end are a bug of the story or of a loop.
const ROUNDS_MAX: usize = 20_000;

/// The least that time moves, ms.
const LEAST: u64 = 100;

/// The longest a story waits for a state, s.
const PATIENCE: u64 = 400;

impl World {
    /// Gives every loop its turns until none has work at this instant. A death on the way is followed by a new life.
    pub async fn until_quiet(&mut self) {
        for _ in 0..ROUNDS_MAX {
            match self.round().await {
                Ok(true) => {}
                Ok(false) => {
                    if !self.town.echoes().await {
                        return;
                    }
                }
                Err(_) if self.manner.death.happened() => self.is_killed().await,
                Err(error) => panic!("a turn failed while the process lived: {error:?}"),
            }
        }
        panic!("no quiet after {ROUNDS_MAX} rounds");
    }

    /// One turn of each loop; cut off where the process dies in a call.
    async fn round(&mut self) -> Result<bool, LedgerError> {
        let Self {
            flink,
            town,
            life,
            clock,
            manner,
            ..
        } = self;
        let life = life.as_mut().expect("a world lives while its story is told");
        tokio::select! {
            biased;
            () = flink.until_a_call_is_held() => Err(dead()),
            () = town.until_a_call_is_held() => Err(dead()),
            done = life.turns(manner, clock.now_by_hand()) => done,
        }
    }

    /// Time passes until all that was to be told is told.
    pub async fn until_told(&mut self) {
        self.until_quiet().await;
        while let Some(at) = self.life().ledger.next_send().await.unwrap() {
            let now = self.clock.now_by_hand();
            self.pass(at.since(now).max(Millis(LEAST))).await;
        }
    }

    /// Time passes.
    pub async fn pass(&mut self, span: Millis) {
        let end = self.clock.now_by_hand().plus(span);
        self.until_quiet().await;
        while self.clock.now_by_hand() < end {
            let now = self.clock.now_by_hand();
            let next = self.next_due().await.map_or(end, |at| at.min(end));
            // What is due now was worked off; the world moves at least a little.
            let step = next.since(now).0.max(LEAST).min(end.since(now).0);
            self.clock.advance(Millis(step));
            let now = self.clock.now_by_hand();
            self.flink.set_now(u64::try_from(now.0).unwrap());
            self.town.set_now(now);
            self.until_quiet().await;
        }
    }

    /// So many seconds pass in which samples are taken, in a telling that measures.
    pub async fn measures_for(&mut self, seconds: u64) {
        if self.is_measured() {
            self.pass(Millis::seconds(seconds)).await;
        }
    }

    /// Time passes until the request is in this state.
    pub async fn until(&mut self, request: u64, state: &str) {
        self.until_quiet().await;
        for _ in 0..PATIENCE {
            if self.state(request).await == state {
                return;
            }
            self.pass(Millis::seconds(1)).await;
        }
        panic!(
            "R-{request} is {} and never became {state}: {:#?}",
            self.state(request).await,
            self.told().await
        );
    }

    /// Time passes until this has happened to the request; every loop has then come to rest.
    pub async fn until_event(&mut self, request: u64, kind: &str) {
        self.until_quiet().await;
        for _ in 0..PATIENCE {
            if self.events(request).await.contains(&kind) {
                return;
            }
            self.pass(Millis(LEAST)).await;
        }
        panic!("no {kind} of R-{request}: {:#?}", self.told().await);
    }

    async fn next_due(&self) -> Option<At> {
        let life = self.life();
        let wake = life.ledger.next_wake().await.unwrap();
        let send = life.ledger.next_send().await.unwrap();
        [wake, send, life.sample_at].into_iter().flatten().min()
    }
}

impl Life {
    /// One turn of each loop.
    async fn turns(&mut self, manner: &Manner, now: At) -> Result<bool, LedgerError> {
        if manner.measured && self.sample_at.is_none_or(|at| at <= now) {
            self.sample_at = self.sampler.turn(&self.site).await?;
        }
        let heard = intake::turn(&self.site).await?;
        let ran = runner::turn(&self.site).await?;
        let sent = outbox::turn(&self.site).await?;
        if manner.death.happened() {
            Err(dead())
        } else {
            Ok(heard || ran || sent)
        }
    }
}
