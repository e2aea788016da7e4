//! A request that is asked in one channel is shown in every channel of its environment: each copy follows its state, and
//! tells the same end. Pure.

use commands::names::{MessageId, Place};

use super::{Notice, Slot};
use crate::ledger::Outgoing;
use crate::ports::Address;
use crate::request::Request;

/// What is to be told in these `places` besides `say`, which is for where the request was asked. `opens`: the request is
/// shown for the first time, so each place gets a thread for it.
pub fn elsewhere(say: &[Outgoing], request: &Request, opens: bool, places: &[Place]) -> Vec<Outgoing> {
    let (Some(asked), Some(row)) = (&request.asked, super::row(request)) else {
        return Vec::new();
    };
    let told: Vec<&Outgoing> = say
        .iter()
        .filter(|outgoing| outgoing.request == Some(request.id) && outgoing.to.only_for.is_none())
        .collect();
    let opener = Notice::Opener {
        by: asked.by.clone(),
        command: row.command,
    };
    let others = places.iter().filter(|place| **place != asked.place);
    others
        .flat_map(|place| {
            let to = Address {
                place: place.clone(),
                thread: Some(MessageId::for_copy_of(request.id)),
                only_for: None,
            };
            let opener = opens.then(|| Outgoing {
                request: None,
                slot: Slot::New,
                to: to.clone(),
                notice: opener.clone(),
            });
            let copies = told.iter().map(move |outgoing| Outgoing {
                to: to.clone(),
                ..(*outgoing).clone()
            });
            opener.into_iter().chain(copies)
        })
        .collect()
}
