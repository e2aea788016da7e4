//! Read models for lists and pages.
