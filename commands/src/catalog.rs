//! One row a verb: words, arguments, risk, example. Parser, help, completion and reference page come from it.
