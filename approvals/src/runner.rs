//! Takes the claims of an approved request, sends and observes its steps.
