//! The bodies of commands and interactions.

use adapters::chat::slack::decode::{command, form};
use bolero::check;
use fuzz::bent::Bent;
use serde_json::Value;

use super::payloads::is_read_safely;
use super::seeds;

#[test]
fn any_form_is_read_or_refused() {
    let bodies = Bent::new(
        seeds::forms(),
        &["trigger_id=", "&text=", "&payload=", "%7B", "&ssl_check=1"],
    );
    bodies.seeds().iter().for_each(|seed| is_read_or_refused(seed));
    check!()
        .with_generator(bodies)
        .for_each(|body| is_read_or_refused(body));
}

fn is_read_or_refused(body: &[u8]) {
    let fields = form(body);
    let read = fields.as_object().unwrap();
    assert!(read.values().all(Value::is_string), "a field of a form is a text");
    // Of a name that stands twice the first counts, so that nothing behind it changes what was checked.
    for (name, value) in read {
        let first = url::form_urlencoded::parse(body).find(|(other, _)| other == name);
        assert_eq!(
            first.map(|(_, value)| value.into_owned()).as_deref(),
            value.as_str()
        );
    }
    if let Ok(heard) = command(&fields) {
        assert_eq!(Some(heard.user.as_str()), fields["user_id"].as_str());
        assert_eq!(
            heard.origin.app.as_deref(),
            fields["api_app_id"].as_str().or(Some(""))
        );
    }
    is_read_safely(&fields);
    if let Some(Ok(payload)) = fields["payload"].as_str().map(serde_json::from_str) {
        is_read_safely(&payload);
    }
}
