//! What one person alone is told: nobody else reads it, hears of it or presses under it; and it is in that person's time.

use super::*;

/// Ana asks for a change and tries to approve it herself.
async fn refused_to_ana(world: &World) -> Value {
    world.say("ana", "scale orders parallelism 4").await;
    let card = world.sees(None).await.pop().unwrap();
    let approve = &card["buttons"][0]["id"];
    let press = json!({ "as": "ana", "message": card["id"], "button": approve });
    assert_eq!(
        world.post("/api/press", &press).await.status(),
        StatusCode::ACCEPTED
    );
    world.until_quiet().await;
    world.sees(Some("ana")).await.pop().unwrap()
}

#[tokio::test]
async fn a_private_message_is_read_by_its_person_alone() {
    let world = World::new(Mode::Demo).await;
    let refused = refused_to_ana(&world).await;
    assert_eq!(refused["only_for"], "ana");
    assert_eq!(refused["body"]["refused"], "SELF_APPROVAL");
    for other in [Some("bo"), None] {
        let seen = world.sees(other).await;
        assert!(
            seen.iter().all(|message| message["id"] != refused["id"]),
            "{other:?}"
        );
        assert!(seen.len() >= 2, "what is public is there");
    }
}

#[tokio::test]
async fn who_follows_as_somebody_else_hears_of_no_private_message() {
    let world = World::new(Mode::Demo).await;
    let follow = async |path: &str| world.call(Method::GET, path).send().await.unwrap();
    let mut by_ana = follow("/api/events?as=ana").await;
    let mut by_bo = follow("/api/events?as=bo").await;
    let mut by_a_page = follow("/api/events").await;
    let refused = refused_to_ana(&world).await;
    let last = world.say("bo", "envs").await;
    let heard = async |events: &mut Response| {
        let mut text = String::new();
        while !text.contains(&format!("\"message\":\"{last}\"")) {
            text += std::str::from_utf8(&events.chunk().await.unwrap().unwrap()).unwrap();
        }
        text
    };
    let private = format!("{{\"channel\":\"ops\",\"message\":{}}}", refused["id"]);
    assert!(heard(&mut by_ana).await.contains(&private));
    assert!(!heard(&mut by_bo).await.contains(&private));
    assert!(
        heard(&mut by_a_page).await.contains(&private),
        "a page that reads as ana next must know that there is something"
    );
}

#[tokio::test]
async fn a_private_message_is_no_thread_and_has_no_buttons_for_others() {
    let world = World::new(Mode::Demo).await;
    let refused = refused_to_ana(&world).await;
    let id = refused["id"].as_str().unwrap();
    let say = json!({ "as": "bo", "channel": "ops", "thread": id, "text": "status" });
    let answer = world.post("/api/say", &say).await;
    assert_eq!(
        refusal(answer).await,
        (StatusCode::NOT_FOUND, "NOT_FOUND".to_owned())
    );
    let button = refused["buttons"][0]["id"].as_str().unwrap_or("withdraw:R-1");
    let press = json!({ "as": "bo", "message": id, "button": button });
    let answer = world.post("/api/press", &press).await;
    assert_eq!(
        refusal(answer).await,
        (StatusCode::NOT_FOUND, "NOT_FOUND".to_owned())
    );
}

#[tokio::test]
async fn what_one_person_reads_is_in_that_persons_time_and_what_all_read_in_the_channels() {
    let world = World::new(Mode::Demo).await;
    world.say("ana", "scale orders parallelism 4").await;
    let card = world.sees(None).await.pop().unwrap();
    assert!(card["text"].as_str().unwrap().contains("12:30 UTC"), "{card}");
    world.say("bo", "explain R-1").await;
    let explained = world.sees(Some("bo")).await.pop().unwrap();
    assert_eq!(explained["only_for"], "bo");
    assert!(
        explained["text"].as_str().unwrap().contains("21:30 JST"),
        "{explained}"
    );
}

#[tokio::test]
async fn what_shows_or_explains_a_request_names_it() {
    let world = World::new(Mode::Demo).await;
    world.say("ana", "scale orders parallelism 4").await;
    for look in ["show R-1", "show #R-1", "explain R-1"] {
        world.say("bo", look).await;
        let answer = world.sees(Some("bo")).await.pop().unwrap();
        assert_eq!(answer["request"], "R-1", "{look}: {answer}");
    }
    world.say("bo", "envs").await;
    assert_eq!(
        world.sees(Some("bo")).await.pop().unwrap()["request"],
        Value::Null
    );
}
