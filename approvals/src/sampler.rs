//! Keeps the recent past of the metrics, bounded.
