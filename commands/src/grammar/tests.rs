mod completing;
mod properties;
mod reading;
mod refusing;
