//! Recipes for Flink clusters that are reached by Flink REST alone.
