//! Headers: their names, how many there are, and what may stand in them. Around a value on the wire there may be space,
//! which no HTTP library hands on; what is handed on with space is not the value.

use fuzz::bent::Bytes;
use fuzz::draw::{below, one};

use crate::authenticity::attempt::{Attempt, Draft, Header, Source, header};

pub fn other_letters(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    for (name, _) in &mut headers {
        for letter in &mut name.0 {
            if below(source, 2)? == 0 {
                letter.make_ascii_uppercase();
            }
        }
    }
    Some(draft.with(headers, true))
}

pub fn beside(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    for (name, value) in [
        ("x-signature", "v0=00"),
        ("x-slack-retry-num", "1"),
        ("x-slack-signature-v1", "v1=00"),
        ("authorization", "Bearer x"),
        ("x-forwarded-for", "127.0.0.1"),
    ] {
        headers.insert(below(source, headers.len() + 1)?, header(name, value.as_bytes()));
    }
    Some(draft.with(headers, true))
}

pub fn missing(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    match below(source, 3)? {
        2 => headers.clear(),
        one => drop(headers.remove(one)),
    }
    Some(draft.with(headers, false))
}

/// The same once more, or something else before it or behind it.
pub fn twice(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    let (name, value) = headers[below(source, 2)?].clone();
    let value = match below(source, 3)? {
        0 => value,
        1 => Bytes(Vec::new()),
        _ => Bytes(b"v0=00".to_vec()),
    };
    headers.insert(below(source, 3)?, (name, value));
    Some(draft.with(headers, false))
}

pub fn joined(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    let (_, value) = &mut headers[below(source, 2)?];
    let between = one(source, &[",", ", ", ";", " "])?;
    value.0 = [value.as_slice(), between.as_bytes(), value].concat();
    Some(draft.with(headers, false))
}

pub fn space(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    let (_, value) = &mut headers[below(source, 2)?];
    let space = *one(source, b" \t\r\n")?;
    let at = *one(source, &[0, value.len() / 2, value.len()])?;
    value.0.insert(at, space);
    Some(draft.with(headers, false))
}

pub fn exchanged(draft: Draft, _: &mut Source) -> Option<Attempt> {
    let [(time, at), (signature, claimed)] = [draft.time_header(), draft.signature_header()];
    Some(draft.with(vec![(time, claimed), (signature, at)], false))
}

pub fn misnamed(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    let (name, _) = &mut headers[below(source, 2)?];
    let said = String::from_utf8_lossy(name).into_owned();
    let misnamed = match below(source, 4)? {
        0 => said.replace('-', "_"),
        1 => said.replacen("x-", "", 1),
        2 => format!("{said}-"),
        _ => format!(" {said}"),
    };
    name.0 = misnamed.into_bytes();
    Some(draft.with(headers, false))
}

pub fn no_text(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut headers = both(&draft);
    let (_, value) = &mut headers[below(source, 2)?];
    let byte = *one(source, &[0x00, 0x7f, 0x80, 0xa0, 0xff])?;
    let at = below(source, value.len() + 1)?;
    value.0.insert(at, byte);
    Some(draft.with(headers, false))
}

fn both(draft: &Draft) -> Vec<Header> {
    vec![draft.time_header(), draft.signature_header()]
}
