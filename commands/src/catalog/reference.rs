//! The reference page of the verbs.

use super::{Group, MODIFIERS, ROWS, Row};

/// `docs/commands.md`: every verb with its grammar, an example and what it can do.
pub fn reference_markdown() -> String {
    let groups: String = Group::ALL.iter().map(|group| group_section(*group)).collect();
    format!("{HEAD}{groups}{}{TAIL}", modifiers_section())
}

const HEAD: &str = "\
# Commands

<!-- Made from the catalog (commands/src/catalog); a test keeps it so. -->

The Slack command is `/flink`; in a thread and in the console the verb alone is enough. `<...>` is filled in, `[...]` may
be left out: without a request, the one of the thread is meant; without an environment, the channel's.
";

const TAIL: &str = "
## Numbers

`8` is that many, `+2` two more, `-1` one fewer, `x2` twice as many. Whole numbers from 1 up.

## Names

- A **job** is named by its name, its id, or the unique beginning (six characters or more) of either.
- The **cluster** of a standalone environment is named by the environment.
- A name with spaces, with unusual characters, or equal to a word of the grammar stands in quotes: `status \"nightly in\"`.
  A quote or a backslash inside has a backslash before it.
- A **request** is `R-18`; `#R-18` and `r-18` are understood.

Capitals, extra spaces, curly quotes and long dashes do not matter, nor do a leading `/flink` or a full stop at the end.
";

fn group_section(group: Group) -> String {
    let rows: String = ROWS
        .iter()
        .filter(|row| row.group == group)
        .map(row_section)
        .collect();
    format!("\n## {}\n{rows}", capitalised(group.as_str()))
}

fn row_section(row: &Row) -> String {
    let modifiers: Vec<String> = row
        .modifiers
        .iter()
        .filter_map(|modifier| modifier.row())
        .map(|modifier| format!("`{}`", modifier.notation()))
        .collect();
    let may_follow = if modifiers.is_empty() {
        String::new()
    } else {
        format!("May be followed by {}.\n", modifiers.join(", "))
    };
    let codes: Vec<String> = row
        .refuses
        .iter()
        .map(|code| format!("`{}`", code.as_str()))
        .collect();
    let notes = paragraph(row.notes);
    let refuses = if codes.is_empty() {
        String::new()
    } else {
        paragraph(&format!("May be refused with {}.", codes.join(", ")))
    };
    format!(
        "\n### `{}`\n\n{} {}\n{may_follow}{notes}\nExample: `{}`\n{refuses}",
        row.usage(),
        row.summary,
        risk_sentence(row),
        row.example
    )
}

fn paragraph(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("\n{text}\n")
    }
}

fn risk_sentence(row: &Row) -> &'static str {
    match row.risk {
        super::Risk::None => "Changes nothing.",
        super::Risk::Decides => "Bears on a request.",
        super::Risk::RestartsJob => "Restarts the job; needs a peer's yes.",
        super::Risk::StartsProcesses => "Starts or stops processes and may restart jobs; needs a peer's yes.",
    }
}

fn modifiers_section() -> String {
    let lines: String = MODIFIERS
        .iter()
        .map(|row| format!("- `{}`: {}\n", row.notation(), row.summary))
        .collect();
    format!("\n## What may follow, in any order\n\n{lines}")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    /// `UPDATE_EXPECT=1 cargo test -p commands reference` writes the page anew.
    #[test]
    fn the_reference_page_is_what_the_catalog_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/commands.md");
        let expected = super::reference_markdown();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(page, expected, "write it anew with UPDATE_EXPECT=1");
    }
}
