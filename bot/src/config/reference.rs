//! The reference page of the configuration, made from its JSON Schema: `docs/config.md`.

use serde_json::Value;

use super::schema::{Kind, Shape};

const HEAD: &str = "\
# Configuration

One YAML file, `sluice.yaml` or what `--config` names. `deploy/sluice.example.yaml` shows every key in use, and
`deploy/sluice.schema.json` lets editors complete and check it. `sluice check` tells every mistake at once, each with its
line and what to write instead.

- `SLUICE__A__B` in the environment overrides `a.b`; `-` in a key is `_` there (`SLUICE__GROUPS__FLINK_OWNERS__PEOPLE`),
  an item of a list is its number from 0 (`SLUICE__POLICY__0__VOTE_WITHIN`). Lists and maps are written as YAML.
- A secret is `{ env: NAME }` or `{ file: PATH }`; it never stands in the file.
- Relative paths are relative to the file. Unknown keys are mistakes.

This page is made from the schema; `SLUICE_BLESS=1 cargo test -p bot --test it config_files` writes it anew.

| key | what it is | example |
|---|---|---|
";

/// The page.
pub fn markdown(schema: &Value) -> String {
    let mut page = HEAD.to_owned();
    rows(Shape::of(schema), "", &mut page);
    page
}

/// One row for each key, in the order of the schema; below maps and lists their own keys.
fn rows(shape: Shape<'_>, prefix: &str, page: &mut String) {
    match shape.kind() {
        Kind::Keys(keys) if !shape.is_secret() => {
            for key in keys {
                let Some(value) = shape.key(key) else { continue };
                let path = if prefix.is_empty() {
                    key.to_owned()
                } else {
                    format!("{prefix}.{key}")
                };
                page.push_str(&row(&path, value));
                rows(value, &path, page);
            }
        }
        Kind::Names(values) => rows(values, &format!("{prefix}.NAME"), page),
        Kind::List(items) => rows(items, &format!("{prefix}[]"), page),
        _ => {}
    }
}

fn row(path: &str, shape: Shape<'_>) -> String {
    let example = match shape.kind() {
        _ if shape.is_secret() => "`{ env: NAME }`".to_owned(),
        Kind::Words(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", "),
        _ => shape
            .example()
            .map(|example| format!("`{example}`"))
            .unwrap_or_default(),
    };
    let description = shape.description().replace('\n', " ").replace('|', "\\|");
    format!("| `{path}` | {description} | {example} |\n")
}
