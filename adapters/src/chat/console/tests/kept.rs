//! What is kept: over restarts, through edits, in order; and what is said where nothing can be kept.

use super::*;

#[tokio::test]
async fn what_cannot_be_recorded_is_said_to_be_not_recorded_and_later_it_is() {
    let world = World::new(Mode::Demo).await;
    world.say("ana", "envs").await;
    world.ledger.bound(Some(1)).await.unwrap();
    let body = json!({ "as": "ana", "channel": "ops", "text": format!("help {}", "x".repeat(3_900)) });
    let answer = loop {
        // What is free in the file already takes a few more.
        let answer = world.post("/api/say", &body).await;
        if answer.status() != StatusCode::ACCEPTED {
            break answer;
        }
    };
    let before = world.sees(None).await.len();
    assert_eq!(
        refusal(answer).await,
        (StatusCode::SERVICE_UNAVAILABLE, "NOT_RECORDED".to_owned())
    );
    assert_eq!(
        world.sees(None).await.len(),
        before,
        "reading goes on, and nothing was stored"
    );
    world.ledger.bound(None).await.unwrap();
    assert_eq!(world.post("/api/say", &body).await.status(), StatusCode::ACCEPTED);
    assert_eq!(world.sees(None).await.len(), before + 1);
}

#[tokio::test]
async fn the_newest_thousand_are_shown_oldest_first() {
    let world = World::new(Mode::Demo).await;
    let bodies: Vec<Value> = (0..1_010)
        .map(|number| json!({ "as": "ana", "channel": "ops", "text": format!("help {number}") }))
        .collect();
    for some in bodies.chunks(101) {
        let said = futures::future::join_all(some.iter().map(|body| world.post("/api/say", body)));
        assert!(
            said.await
                .iter()
                .all(|answer| answer.status() == StatusCode::ACCEPTED)
        );
    }
    let seen = world.sees(None).await;
    assert_eq!(seen.len(), 1_000);
    let ids: Vec<u64> = seen
        .iter()
        .map(|m| m["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ids, (11..=1_010).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_edited_card_keeps_its_id_and_its_place() {
    let world = World::new(Mode::Demo).await;
    let root = world.say("ana", "scale orders parallelism 4").await;
    let before = world.sees(None).await.pop().unwrap();
    assert!(
        before["text"]
            .as_str()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .contains("waiting"),
        "{before}"
    );
    assert_eq!(
        (&before["thread"], &before["request"]),
        (&json!(root), &json!("R-1"))
    );
    world.say("bo", "deny R-1 because \"not now\"").await;
    let seen = world.sees(None).await;
    let after = seen.iter().find(|message| message["id"] == before["id"]).unwrap();
    assert_eq!(after["thread"], before["thread"]);
    assert!(
        after["text"]
            .as_str()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .contains("denied"),
        "{after}"
    );
    assert_eq!(after["buttons"], json!([]));
}

#[tokio::test]
async fn messages_survive_a_restart_and_numbering_goes_on() {
    let world = World::new(Mode::Demo).await;
    world.say("ana", "envs").await;
    world.say("ana", "whoami").await;
    let before = world.sees(Some("ana")).await;
    let world = world.restarted(Mode::Demo).await;
    assert_eq!(world.sees(Some("ana")).await, before);
    let next: u64 = world.say("ana", "envs").await.parse().unwrap();
    assert!(
        before
            .iter()
            .all(|m| m["id"].as_str().unwrap().parse::<u64>().unwrap() < next)
    );
    let world = world.restarted(Mode::Production).await;
    let public = world.sees(None).await;
    assert!(public.len() >= 3 && public.iter().all(|message| message["only_for"].is_null()));
}
