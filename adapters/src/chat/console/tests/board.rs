//! The board: what is open, for whoever has the token.

use super::*;

#[tokio::test]
async fn the_board_tells_what_is_open_and_has_nothing_to_press() {
    let world = World::new(Mode::Demo).await;
    world
        .say("ana", "scale orders parallelism 4 because \"lag grows\"")
        .await;
    world.say("bo", "scale orders parallelism 2").await;
    world.say("bo", "withdraw R-2").await;
    let world = world.restarted(Mode::Production).await;

    let board = world.get("/api/board").await;
    let open = board["requests"].as_array().unwrap();
    assert_eq!((open.len(), &board["more"]), (1, &json!(0)), "{board:#}");
    let first = &open[0];
    let told =
        json!({ "id": "R-1", "environment": "shop", "asked_by": "ana", "asked_at": NOON.0, "waits": true });
    for (fact, value) in told.as_object().unwrap() {
        assert_eq!(&first[fact], value, "{fact}");
    }
    let card = first["card"].to_string();
    for words in [
        "waiting",
        "scale orders to parallelism 4",
        "lag grows",
        "1 of owners",
    ] {
        assert!(card.contains(words), "{words}: {card}");
    }
    assert_eq!(first["card"]["buttons"], json!([]));
    assert!(!first["plan"].as_array().unwrap().is_empty(), "{first:#}");
}
