//! Discord, and what can be wrong only with its signatures.

use curve25519_dalek::scalar::{Scalar, clamp_integer};
use fuzz::draw::{below, one};
use ring::digest::{self, SHA512};
use ring::signature::KeyPair as _;

use super::Chat;
use crate::authenticity::attempt::{Attempt, Draft, Source};
use crate::authenticity::bends::Bend;
use crate::authenticity::second;
use crate::discord::letters::{SCHEME, key_pair, seed};
use crate::discord::says::SAYS;
use crate::seal::Whose;

/// All of it.
pub static DISCORD: Chat = Chat {
    name: "Discord",
    scheme: SCHEME,
    prefix: b"",
    says: SAYS,
    second: second::discord,
    bends: &[
        Bend("something before the digits", with_prefix),
        Bend("signed in another way", in_another_way),
        Bend("second half plus the order of the group", order_added),
        Bend("first half a neutral point", neutral),
        Bend("halves bent", halves_bent),
    ],
};

/// The order of the group, the smallest number first: 2^252 + 27742317777372353535851937790883648493.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn with_prefix(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let prefix = *one(source, &["v0=", "0x", "ed25519=", "=", "00"])?;
    draft.signature = [prefix.as_bytes(), &draft.signature].concat();
    Some(draft.sent(false))
}

/// Other bytes, with the right key.
fn in_another_way(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let (time, body) = (draft.time.as_slice(), draft.body.as_slice());
    let signed = match below(source, 4)? {
        0 => body.to_vec(),
        1 => [body, time].concat(),
        2 => [time, b":", body].concat(),
        _ => digest::digest(&SHA512, &[time, body].concat()).as_ref().to_vec(),
    };
    let signature = key_pair(Whose::Ours).sign(&signed);
    Some(claiming(draft, signature.as_ref()))
}

/// Who saw a signature could make a second one of the same bytes, if numbers were not demanded to be small.
fn order_added(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut signature = hex::decode(&draft.signature).ok()?;
    for _ in 0..=below(source, 3)? {
        let mut carry = 0;
        for (byte, more) in signature[32..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(more) + carry;
            [*byte, _] = sum.to_le_bytes();
            carry = sum >> 8;
        }
    }
    Some(claiming(draft, &signature))
}

/// Fits by the equation alone; only who has the private key can make it.
fn neutral(draft: Draft, _: &mut Source) -> Option<Attempt> {
    let mut point = [0; 32];
    point[0] = 1;
    let public = key_pair(Whose::Ours);
    let signed = [&point, public.public_key().as_ref(), &draft.time, &draft.body].concat();
    let expanded = digest::digest(&SHA512, &seed(Whose::Ours));
    let private = expanded.as_ref().first_chunk().copied()?;
    let hash = digest::digest(&SHA512, &signed);
    let number = Scalar::from_bytes_mod_order_wide(hash.as_ref().try_into().ok()?)
        * Scalar::from_bytes_mod_order(clamp_integer(private));
    Some(claiming(draft, &[point, number.to_bytes()].concat()))
}

fn halves_bent(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mut signature = hex::decode(&draft.signature).ok()?;
    match below(source, 5)? {
        0 => signature.rotate_left(32),
        1 => signature[31] ^= 0x80,
        2 => signature[..32].fill(0),
        3 => signature[32..].fill(0),
        _ => signature.fill(0),
    }
    Some(claiming(draft, &signature))
}

fn claiming(mut draft: Draft, signature: &[u8]) -> Attempt {
    draft.signature = hex::encode(signature).into_bytes();
    draft.sent(false)
}
