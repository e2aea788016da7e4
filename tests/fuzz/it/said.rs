//! What chats say that is stored whenever it is new.

use std::sync::LazyLock;

use fuzz::corpus;
use serde_json::Value;

/// One kind of it.
pub struct Says {
    /// Where it goes.
    pub path: &'static str,
    /// Its body: another thing for each number below 2^22.
    pub body: fn(u32) -> Vec<u8>,
}

/// A payload of ours, read once.
pub type Seed = LazyLock<Value>;

/// A payload of ours.
pub fn read(path: &str) -> Value {
    serde_json::from_slice(&std::fs::read(corpus::project(path)).unwrap()).unwrap()
}

/// The payload with an id of its own.
pub fn anew(seed: &Value, pointer: &str, id: String) -> Value {
    let mut payload = seed.clone();
    *payload.pointer_mut(pointer).unwrap() = id.into();
    payload
}
