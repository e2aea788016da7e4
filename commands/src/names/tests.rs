use super::*;

#[test]
fn a_request_is_read_with_and_without_its_number_sign() {
    for text in ["R-18", "r-18", "#R-18", "R-018"] {
        assert_eq!(RequestId::parse(text), Ok(RequestId::new(18)), "{text}");
    }
    for text in [
        "18",
        "R18",
        "R-",
        "R-0",
        "R--1",
        "R-+1",
        "R-1 ",
        "##R-1",
        "R-99999999999999999999",
    ] {
        assert!(RequestId::parse(text).is_err(), "{text}");
    }
    assert_eq!(RequestId::new(18).to_string(), "R-18");
}

#[test]
fn names_keep_to_what_they_may_be() {
    let long = "x".repeat(65);
    for text in ["", "a b", "a/b", "ä", "a\n", long.as_str()] {
        assert!(Environment::parse(text).is_err(), "{text:?}");
        assert!(Person::parse(text).is_err(), "{text:?}");
    }
    assert!(Environment::parse("shop-eu_1.test").is_ok());
    assert!(JobName::parse("Insert into \"a\"; -- 订单").is_ok());
    assert!(JobName::parse("two\nlines").is_err());
    assert!(JobId::parse(&"0af9".repeat(8)).is_ok());
    assert!(
        JobId::parse(&"0AF9".repeat(8)).is_err(),
        "Flink writes small letters"
    );
}

#[test]
fn json_with_a_wrong_name_is_no_value() {
    assert!(serde_json::from_str::<Environment>("\"a b\"").is_err());
    assert!(serde_json::from_str::<Parallelism>("0").is_err());
    assert!(serde_json::from_str::<Parallelism>("32769").is_err());
    assert_eq!(
        serde_json::from_str::<Parallelism>("32768").unwrap().get(),
        32_768
    );
    assert!(serde_json::from_str::<RequestId>("\"R-0\"").is_err());
}

#[test]
fn a_place_is_a_chat_and_a_channel() {
    let place = Place::parse("console:ops").unwrap();
    assert_eq!(
        (place.chat, place.to_string().as_str()),
        (Chat::Console, "console:ops")
    );
    for text in ["ops", "irc:ops", "console:", "console:a b", ":ops"] {
        assert!(Place::parse(text).is_err(), "{text}");
    }
}

#[test]
fn time_saturates_and_never_runs_backwards() {
    assert_eq!(At(5).since(At(9)), Millis(0));
    assert_eq!(At(9).since(At(5)), Millis(4));
    assert_eq!(At(i64::MAX).plus(Millis(1)), At(i64::MAX));
    assert_eq!(At(i64::MIN).minus(Millis(1)), At(i64::MIN));
    assert_eq!(Millis(u64::MAX) + Millis(1), Millis(u64::MAX));
    assert_eq!(Millis::minutes(2), Millis::seconds(120));
}

#[test]
fn a_step_names_its_task_manager() {
    let key = StepKey::parse(&"0af9".repeat(8)).unwrap();
    assert_eq!(TaskManagerId::of_step(&key).as_str(), format!("sluice-{key}"));
}
