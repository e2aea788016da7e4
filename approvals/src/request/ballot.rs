//! What a vote is for, and the key of a step under it.

use commands::names::{At, RequestId, StepKey};
use commands::plan::{PlanDigest, canonical_sha256};
use serde::{Deserialize, Serialize};

use super::Request;

/// SHA-256 over (plan digest, request, version, policy digest, vote_until), in hex: what a vote is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ballot(pub String);

impl Ballot {
    /// The ballot of one version of one request: over the canonical JSON of an array of the five, in this order.
    pub fn of(
        plan: &PlanDigest,
        request: RequestId,
        version: u32,
        policy_digest: &str,
        vote_until: At,
    ) -> Self {
        Self(canonical_sha256(&(
            plan,
            request,
            version,
            policy_digest,
            vote_until,
        )))
    }

    /// As people see it: `7F2C-91`.
    pub fn short(&self) -> String {
        let hex: String = self.0.chars().take(6).collect::<String>().to_uppercase();
        match hex.split_at_checked(4) {
            Some((head, tail)) => format!("{head}-{tail}"),
            None => hex,
        }
    }
}

/// The key of one step under one ballot: every attempt at it carries the same, no other step does.
pub fn step_key(request: RequestId, ballot: &Ballot, step: u16) -> StepKey {
    let digest = canonical_sha256(&(request, ballot, step));
    StepKey::parse(&digest[..32]).expect("a SHA-256 in hex begins with 32 hexadecimal digits")
}

impl Request {
    /// The key of the step with this number.
    pub fn step_key(&self, step: u16) -> StepKey {
        let none = Ballot(String::new());
        let ballot = self.voting.as_ref().map_or(&none, |voting| &voting.ballot);
        step_key(self.id, ballot, step)
    }

    /// Whether the ballot that was voted on is the ballot of the plan in hand, computed anew (invariant I1).
    pub fn is_bound(&self) -> bool {
        let (Some(plan), Some(voting)) = (&self.plan, &self.voting) else {
            return false;
        };
        let policy = &voting.requirement.policy_digest;
        voting.ballot == Ballot::of(&plan.digest(), self.id, self.version, policy, voting.vote_until)
    }
}
