//! Free text and accounts, taken out of an entry's body before it is chained and put back when it is read. Pure.
//!
//! In the events a particular is an object with the sole key `particular` and a text. In the body its place holds
//! `{"particular": {"digest": <SHA-256 of salt and text>, "index": i}}`; salt and text lie beside, in order, and can be
//! erased. What was erased reads as `{"particular": null}`.

use serde_json::{Map, Value, json};

use super::chain::salted;
use crate::ports::Dice;

const KEY: &str = "particular";

/// How a particular's place in a body begins. Within a JSON text the quotes would be escaped, so it is found nowhere
/// else.
const PLACE: &str = r#"{"particular":{"digest":""#;

/// A particular as it is put beside the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub salt: [u8; 16],
    pub text: String,
}

/// A particular as it is read back; salt and text are gone together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParticularRow {
    pub entry: i64,
    pub position: i64,
    pub person: String,
    pub salt: Option<Vec<u8>>,
    pub text: Option<String>,
}

impl ParticularRow {
    /// Whether it is erased, or its text is the one that was chained.
    pub fn fits(&self, digest: &str) -> bool {
        match (&self.salt, &self.text) {
            (Some(salt), Some(text)) => salted(salt, text) == digest,
            (None, None) => true,
            _ => false,
        }
    }
}

/// Takes every particular out of `value` and leaves its salted digest.
pub(crate) fn take(value: &mut Value, dice: &dyn Dice) -> Vec<Taken> {
    let mut taken = Vec::new();
    walk(value, &mut |map| {
        if let Some(Value::String(text)) = map.get(KEY) {
            let particular = Taken {
                salt: dice.roll(),
                text: text.clone(),
            };
            let place = json!({ "digest": salted(&particular.salt, text), "index": taken.len() });
            map.insert(KEY.to_owned(), place);
            taken.push(particular);
        }
        Ok(())
    })
    .unwrap_or_else(|never: String| debug_assert!(false, "{never}"));
    taken
}

/// Puts every particular back into `value`; an erased one becomes null. The error says what does not fit.
pub(crate) fn put_back(value: &mut Value, rows: &[ParticularRow]) -> Result<(), String> {
    walk(value, &mut |map| {
        let Some(Value::Object(place)) = map.get(KEY) else {
            return Ok(());
        };
        let index = place
            .get("index")
            .and_then(Value::as_u64)
            .ok_or("a particular without an index")?;
        let digest = place
            .get("digest")
            .and_then(Value::as_str)
            .ok_or("a particular without a digest")?;
        let row = usize::try_from(index).ok().and_then(|index| rows.get(index));
        let row = row.ok_or_else(|| format!("particular {index} is missing"))?;
        if !row.fits(digest) {
            return Err(format!("particular {index} is not the text that was chained"));
        }
        map.insert(
            KEY.to_owned(),
            row.text.clone().map_or(Value::Null, Value::String),
        );
        Ok(())
    })
}

/// The digests in a body, in order, read without parsing it. The error says which place is not as `take` leaves it.
pub(crate) fn digests(body: &str) -> Result<Vec<&str>, String> {
    let mut digests = Vec::new();
    for after in body.split(PLACE).skip(1) {
        let index = digests.len();
        let place = after
            .split_once("}}")
            .and_then(|(place, _)| place.split_once('"'));
        match place {
            Some((digest, rest)) if digest.len() == 64 && rest == format!(",\"index\":{index}") => {
                digests.push(digest);
            }
            _ => return Err(format!("particular {index} is not as it was chained")),
        }
    }
    Ok(digests)
}

/// Calls `meet` for every object with the sole key `particular`, in the order in which they are written.
fn walk(
    value: &mut Value,
    meet: &mut impl FnMut(&mut Map<String, Value>) -> Result<(), String>,
) -> Result<(), String> {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key(KEY) => meet(map),
        Value::Object(map) => map.values_mut().try_for_each(|inner| walk(inner, meet)),
        Value::Array(items) => items.iter_mut().try_for_each(|inner| walk(inner, meet)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Ones;

    impl Dice for Ones {
        fn roll(&self) -> [u8; 16] {
            [1; 16]
        }
    }

    fn rows(taken: &[Taken]) -> Vec<ParticularRow> {
        let row = |(position, taken): (usize, &Taken)| ParticularRow {
            entry: 1,
            position: i64::try_from(position).unwrap(),
            person: "ana".to_owned(),
            salt: Some(taken.salt.to_vec()),
            text: Some(taken.text.clone()),
        };
        taken.iter().enumerate().map(row).collect()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<u32>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            r#"(\{"particular":\{"digest":")?x*"#.prop_map(Value::from),
            ".{0,12}".prop_map(|text| json!({ "particular": text })),
            Just(json!({ "particular": null })),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-c]{1,2}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_taken_out_goes_back_and_the_body_holds_none_of_it(original in any_json()) {
            let mut value = original.clone();
            let taken = take(&mut value, &Ones);
            let body = value.to_string();
            let expected: Vec<String> = taken.iter().map(|t| salted(&t.salt, &t.text)).collect();
            prop_assert_eq!(digests(&body).unwrap(), expected);
            put_back(&mut value, &rows(&taken)).unwrap();
            prop_assert_eq!(value, original);
        }
    }

    #[test]
    fn an_erased_particular_reads_as_null() {
        let mut value = json!([{ "reason": { "particular": "too late" } }]);
        let mut rows = rows(&take(&mut value, &Ones));
        (rows[0].salt, rows[0].text) = (None, None);
        put_back(&mut value, &rows).unwrap();
        assert_eq!(value, json!([{ "reason": { "particular": null } }]));
    }

    #[test]
    fn another_text_is_not_put_back() {
        let mut value = json!({ "particular": "yes" });
        let mut rows = rows(&take(&mut value, &Ones));
        rows[0].text = Some("no".to_owned());
        assert!(put_back(&mut value, &rows).unwrap_err().contains("particular 0"));
    }
}
