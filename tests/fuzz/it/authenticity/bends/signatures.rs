//! Signatures: other digits, another length, of another body, another time, another key.

use fuzz::draw::{below, one};

use super::bent;
use crate::authenticity::attempt::{Attempt, Draft, Source};
use crate::seal::Whose;

pub fn capitals(mut draft: Draft, _: &mut Source) -> Option<Attempt> {
    let digits = digits_of(&mut draft);
    digits.make_ascii_uppercase();
    Some(draft.sent(true))
}

pub fn a_bit(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut claimed = draft.signature.clone();
    let at = below(source, claimed.len())?;
    claimed[at] ^= 1 << below(source, 8)?;
    Some(claiming(draft, claimed))
}

pub fn another(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let claimed = bent(&draft.signature, source)?;
    Some(claiming(draft, claimed))
}

pub fn of_another_body(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let other = match below(source, 3)? {
        0 => Vec::new(),
        1 => [draft.body.as_slice(), b"&"].concat(),
        _ => b"{}".to_vec(),
    };
    draft.signature = draft.chat.signed(Whose::Ours, &draft.time, &other);
    Some(draft.sent(false))
}

pub fn of_another_time(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let other: &[u8] = one(source, &[b"1767574196".as_slice(), b"1767574198", b"0", b""])?;
    draft.signature = draft.chat.signed(Whose::Ours, other, &draft.body);
    Some(draft.sent(false))
}

pub fn of_another(mut draft: Draft, _: &mut Source) -> Option<Attempt> {
    draft.signature = draft.chat.signed(Whose::Anothers, &draft.time, &draft.body);
    Some(draft.sent(false))
}

pub fn too_short(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let length = below(source, draft.signature.len())?;
    draft.signature.truncate(length);
    Some(draft.sent(false))
}

pub fn too_long(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let more = *one(source, &["0", "00", "=", ";", "\n"])?;
    let times = *one(source, &[1, 2, 64, 4_096])?;
    draft.signature.extend(more.repeat(times).bytes());
    Some(draft.sent(false))
}

pub fn no_digits(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let digits = digits_of(&mut draft);
    let at = below(source, digits.len())?;
    digits[at] = *one(source, b"gGxX+-_ /:@`")?;
    Some(draft.sent(false))
}

/// The digits, without what stands before them.
fn digits_of(draft: &mut Draft) -> &mut [u8] {
    let before = draft.chat.prefix.len();
    &mut draft.signature[before..]
}

/// Hexadecimal digits may be large ones; nothing else may differ.
fn claiming(mut draft: Draft, claimed: Vec<u8>) -> Attempt {
    let is_same = claimed.eq_ignore_ascii_case(&draft.signature) && claimed.starts_with(draft.chat.prefix);
    draft.signature = claimed;
    draft.sent(is_same)
}
