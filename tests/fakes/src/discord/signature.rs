//! Ed25519 as Discord signs with it: over the timestamp and the raw body, by the application's key.
//! <https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>

use ring::signature::{Ed25519KeyPair, KeyPair};

/// A pair of keys made of a seed that everybody knows.
pub(super) struct Key(Ed25519KeyPair);

impl Key {
    /// A key for each seed; the first one is the application's, the others are forgers'.
    pub fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes are a seed"))
    }

    /// The public key, 64 hexadecimal digits.
    pub fn public(&self) -> String {
        hex::encode(self.0.public_key().as_ref())
    }

    /// The value of `X-Signature-Ed25519`.
    pub fn sign(&self, timestamp: &str, body: &[u8]) -> String {
        let signed = [timestamp.as_bytes(), body].concat();
        hex::encode(self.0.sign(&signed).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_signature_is_of_the_timestamp_and_the_body_together() {
        let key = Key::of(7);
        assert_eq!(key.sign("12", b"3"), key.sign("1", b"23"));
        assert_ne!(key.sign("12", b"3"), Key::of(8).sign("12", b"3"));
        assert_eq!((key.public().len(), key.sign("", b"").len()), (64, 128));
    }
}
