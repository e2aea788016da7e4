//! Storing what a chat sent before it is acknowledged, within the time that chats wait.

use std::sync::Arc;
use std::time::Duration;

use approvals::intake::{self, Delivery};
use approvals::site::Site;

use crate::wording;

/// How long storing may take before the person is told that nothing is sure. Slack and Discord wait three seconds.
const STORED_WITHIN: Duration = Duration::from_millis(2_200);

/// Stores a delivery, or says in words why it is not sure to be.
pub async fn store(site: &Arc<Site>, delivery: &Delivery, locale: &str) -> Result<(), String> {
    let (site, kept) = (site.clone(), delivery.clone());
    // A task of its own: what is being stored when the time is up is not cut in its middle.
    let storing = tokio::spawn(async move { intake::receive(&site, &kept).await });
    match tokio::time::timeout(STORED_WITHIN, storing).await {
        Ok(Ok(Ok(_))) => Ok(()),
        Ok(Ok(Err(error))) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a delivery could not be stored"
            );
            Err(wording::chats::not_recorded(locale))
        }
        Ok(Err(panic)) => {
            tracing::error!(
                error = &panic as &dyn std::error::Error,
                "storing a delivery panicked"
            );
            Err(wording::chats::not_recorded(locale))
        }
        Err(_) => Err(wording::chats::perhaps_recorded(locale)),
    }
}
