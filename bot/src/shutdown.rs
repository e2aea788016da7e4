//! The wish to stop, told to everybody who waits.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whoever holds it may ask everybody else to stop.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<bool>);

/// Knows whether it was asked to stop.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

/// A fresh pair.
pub fn shutdown() -> (Stopper, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Shutdown(receiver))
}

impl Stopper {
    /// Asks everybody to stop.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Asks everybody to stop as soon as the process gets SIGTERM or SIGINT.
    ///
    /// # Errors
    /// Where the system does not let us hear signals.
    pub fn stop_on_signals(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stopper = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("asked to stop");
            stopper.stop();
        });
        Ok(())
    }
}

impl Shutdown {
    /// Whether to stop.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// The same as a plain channel, for who wants one.
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.0.clone()
    }

    /// Returns once it is time to stop; also when nobody is left who could ask.
    pub async fn asked(&self) {
        let mut receiver = self.0.clone();
        // An error means that the stopper is gone.
        let _ = receiver.wait_for(|asked| *asked).await;
    }
}
