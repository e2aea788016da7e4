//! What arrives, in which order.

use axum::body::Body;
use axum::http::{HeaderName, Request};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::said::Says;
use crate::seal::{Scheme, Seal};
use crate::{discord, slack};

/// What Slack says when it sends something again: <https://docs.slack.dev/apis/events-api#retries>.
const RETRIES: HeaderName = HeaderName::from_static("x-slack-retry-num");
/// How many places a copy arrives behind the first, at most: by then the first is worked off, or being stored, or still on
/// its way.
const BEHIND: usize = 200;
/// Copies of one thing, the first among them, at most.
const COPIES: u16 = 4;

/// One delivery.
pub struct Arrival {
    /// Which thing it is.
    pub number: u32,
    /// How often it was sent before.
    pub copy: u16,
    /// Whether its time was over before it came.
    pub is_late: bool,
    /// How far from now it was signed, seconds.
    away: i64,
    scheme: &'static Scheme,
    says: &'static Says,
}

impl std::fmt::Debug for Arrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "copy {} of {} number {}, signed {} s away",
            self.copy, self.says.path, self.number, self.away
        )
    }
}

impl Arrival {
    /// As it comes in.
    pub fn request(&self) -> Request<Body> {
        let body = (self.says.body)(self.number);
        let seal = Seal::Aged { seconds: self.away };
        let mut request = seal.request(self.scheme, self.says.path, &body);
        if self.copy > 0 {
            request.headers_mut().insert(RETRIES, self.copy.into());
        }
        request
    }
}

/// So many deliveries, as they arrive.
pub fn plan(seed: u64, deliveries: usize) -> Vec<Arrival> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut arriving = Vec::new();
    for number in 0.. {
        let (scheme, says) = anything(&mut random);
        for copy in 0..random.random_range(1..=COPIES) {
            if arriving.len() == deliveries {
                arriving.sort_by_key(|(place, _)| *place);
                return arriving.into_iter().map(|(_, arrival)| arrival).collect();
            }
            let is_late = copy > 0 && random.random_ratio(1, 8);
            let arrival = Arrival {
                number,
                copy,
                is_late,
                away: if is_late {
                    -301
                } else {
                    random.random_range(-300..=300)
                },
                scheme,
                says,
            };
            arriving.push((arriving.len() + random.random_range(0..BEHIND), arrival));
        }
    }
    Vec::new()
}

fn anything(random: &mut StdRng) -> (&'static Scheme, &'static Says) {
    static SLACK: Scheme = slack::letters::SCHEME;
    static DISCORD: Scheme = discord::letters::SCHEME;
    if random.random() {
        (&SLACK, slack::says::SAYS.choose(random).unwrap())
    } else {
        (&DISCORD, discord::says::SAYS.choose(random).unwrap())
    }
}
