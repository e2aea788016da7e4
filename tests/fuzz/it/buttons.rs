//! The ids of buttons: they come back from the chat, from whoever can send one.

use approvals::notice::Press;
use approvals::request::{Ballot, Choice};
use bolero::check;
use commands::names::RequestId;
use fuzz::bent::Bent;
use fuzz::corpus;

fn seeds() -> Vec<Vec<u8>> {
    let ballot = Ballot("7f2c".repeat(16));
    let presses = [
        Press::Approve(ballot.clone()),
        Press::Deny(ballot),
        Press::Withdraw,
        Press::Details,
        Press::PlanAgain,
        Press::Stop,
        Press::Choose(Choice::Undo),
        Press::Choose(Choice::Leave),
        Press::Say { step: 2, done: true },
        Press::Say { step: 2, done: false },
        Press::LookAgain,
        Press::Undo,
    ];
    let ids = presses
        .iter()
        .map(|press| press.id(RequestId::new(18)).into_bytes());
    ids.chain(corpus::lines("tests/fuzz/corpus/buttons")).collect()
}

#[test]
fn a_button_means_one_thing_or_nothing() {
    let ids = Bent::new(seeds(), &[":", "::", "R-", "#R-", "approve:", "done:", "-"]);
    for seed in ids.seeds() {
        let id = std::str::from_utf8(seed).unwrap();
        let (request, press) = Press::parse(id).unwrap_or_else(|| panic!("{id} is ours"));
        assert_eq!(press.id(request), id);
    }
    check!().with_generator(ids).for_each(|bytes| {
        let id = String::from_utf8_lossy(bytes);
        if let Some((request, press)) = Press::parse(&id) {
            assert!(request.number() > 0, "{id} is of no request");
            assert_eq!(Press::parse(&press.id(request)), Some((request, press)));
        }
    });
}
