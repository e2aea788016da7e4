//! What is done to an honest request, whichever chat's it is, and whether it is the chat's still.

mod headers;
mod signatures;
mod times;

use bolero::ValueGenerator as _;
use fuzz::bent::Bent;

use super::attempt::{Attempt, Draft, Source};

/// A name, and how a request is bent so.
#[derive(Clone, Copy)]
pub struct Bend(pub &'static str, pub fn(Draft, &mut Source) -> Option<Attempt>);

/// All that need not know how a signature is made.
pub const BENDS: &[Bend] = &[
    Bend("honest", |draft, _| Some(draft.sent(true))),
    Bend("another body", another_body),
    Bend("at the window's edge", times::at_the_edge),
    Bend("out of the window", times::outside),
    Bend("time spelled otherwise and signed so", times::spelled_otherwise),
    Bend("another time than was signed", times::another),
    Bend("digits moved from the time to the body", times::moved),
    Bend("capital digits", signatures::capitals),
    Bend("a bit of the signature", signatures::a_bit),
    Bend("another signature", signatures::another),
    Bend("signature of another body", signatures::of_another_body),
    Bend("signature of another time", signatures::of_another_time),
    Bend("another's key", signatures::of_another),
    Bend("signature too short", signatures::too_short),
    Bend("signature too long", signatures::too_long),
    Bend("no digits", signatures::no_digits),
    Bend("names in other letters", headers::other_letters),
    Bend("other headers beside", headers::beside),
    Bend("a header missing", headers::missing),
    Bend("a header twice", headers::twice),
    Bend("two values in one header", headers::joined),
    Bend("space around a value", headers::space),
    Bend("values exchanged", headers::exchanged),
    Bend("a name that is nearly right", headers::misnamed),
    Bend("a value that is no text", headers::no_text),
];

fn another_body(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let signed = draft.body.clone();
    draft.body = bent(&signed, source)?;
    let is_same = draft.body == signed;
    Some(draft.sent(is_same))
}

/// With a few edits, or with none.
fn bent(bytes: &[u8], source: &mut Source) -> Option<Vec<u8>> {
    let bytes = Bent::new(vec![bytes.to_vec()], &[]).generate(source)?;
    Some(bytes.0)
}
