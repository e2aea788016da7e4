//! How Slack signs what it sends over HTTP: <https://docs.slack.dev/authentication/verifying-requests-from-slack>.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;

/// `v0=` and the hex HMAC-SHA256 of `v0:{timestamp}:{body}` under the signing secret.
pub fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("v0:{timestamp}:").as_bytes());
    mac.update(body);
    let mut signed = "v0=".to_owned();
    for byte in mac.finalize().into_bytes() {
        let _ = write!(signed, "{byte:02x}");
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_example_is_signed_as_published() {
        let meta = include_str!("../../data/slack/payloads/slash_command_signed_vector.meta.json");
        let meta: serde_json::Value = serde_json::from_str(meta).unwrap();
        let body = include_str!("../../data/slack/payloads/slash_command_signed_vector.form").trim_end();
        let of = |field: &str| meta[field].as_str().unwrap();
        let signed = signature(
            of("signing_secret"),
            of("x_slack_request_timestamp"),
            body.as_bytes(),
        );
        assert_eq!(signed, of("x_slack_signature"));
    }
}
