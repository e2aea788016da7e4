//! Steps that a person does. No recipe has one yet, so these plans are made by hand.

use commands::condition::Condition;
use commands::names::Millis;
use commands::plan::{Action, Delivery, Plan, Step};
use stories::{World, story};

use super::scenes::orders_falls_behind;

/// The same plan, with something a person does first.
fn first_by_hand(plan: Plan, what: &str) -> Plan {
    let by_hand = Step {
        number: 1,
        action: Action::AskPerson {
            what: what.to_owned(),
        },
        precondition: Vec::new(),
        done_when: Condition::PersonSaid,
        undo: Vec::new(),
        delivery: Delivery::AtLeastOnce,
        budget: Millis::minutes(10),
    };
    let then = plan.steps.iter().cloned().map(|step| Step {
        number: step.number + 1,
        ..step
    });
    Plan {
        steps: std::iter::once(by_hand).chain(then).collect(),
        ..plan
    }
}

async fn a_person_does_a_step_and_presses_done(w: &mut World) {
    let plan = w.recipe("scale orders parallelism 4").await;
    let plan = first_by_hand(plan, "Tell the shop that orders pause for a moment");
    w.plans("ana", "scale orders parallelism 4", plan).await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "running").await;
    w.pass(Millis::seconds(3)).await;
    assert_eq!(w.flink.effects(), [], "it waits for the person");
    w.presses("ana", "Done").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}
story!(a_person_does_a_step_and_presses_done, in orders_falls_behind);
