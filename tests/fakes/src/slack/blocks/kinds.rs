//! One function for each kind of block.

use super::{Check, Surface};
use serde_json::Value;

/// Fields every block may have.
const OF_EVERY_BLOCK: [&str; 2] = ["type", "block_id"];

impl Check {
    pub(super) fn block(&mut self, block: &Value, surface: Surface) {
        let Some(kind) = block["type"].as_str() else {
            return self.complain("missing required field: type");
        };
        self.block_id(block);
        self.action_ids.clear();
        match kind {
            "section" => self.section(block),
            "header" => self.header(block),
            "divider" => self.known(block, &[]),
            "actions" => self.actions(block),
            "context" => self.context(block),
            "image" => self.image(block),
            "input" => self.input(block),
            "markdown" => self.markdown_block(block, surface),
            "rich_text" => self.rich_text(block),
            "table" => self.table(block, surface),
            _ => self.complain(&format!("unknown block type: {kind}")),
        }
    }

    fn known(&mut self, block: &Value, fields: &[&str]) {
        self.only(block, &[&OF_EVERY_BLOCK, fields].concat());
    }

    fn block_id(&mut self, block: &Value) {
        self.optional(block, "block_id", |check, id| {
            check.string(id, 1, 255);
            if !check.block_ids.insert(id.as_str().unwrap_or_default().to_owned()) {
                check.complain(&format!("`block_id` {id} already exists"));
            }
        });
    }

    fn section(&mut self, block: &Value) {
        self.known(block, &["text", "fields", "accessory", "expand"]);
        if block.get("text").is_none() && block.get("fields").is_none() {
            self.complain("needs text or fields");
        }
        self.optional(block, "text", |check, text| check.text(text, 3_000));
        self.optional(block, "fields", |check, fields| {
            check.items(fields, 1, 10, |check, field| check.text(field, 2_000));
        });
        self.optional(block, "accessory", Check::accessory);
        self.optional(block, "expand", Check::boolean);
    }

    fn header(&mut self, block: &Value) {
        self.known(block, &["text"]);
        self.required(block, "text", |check, text| check.plain(text, 150));
    }

    fn actions(&mut self, block: &Value) {
        self.known(block, &["elements"]);
        self.required(block, "elements", |check, elements| {
            check.items(elements, 1, 25, Check::interactive);
        });
    }

    fn context(&mut self, block: &Value) {
        self.known(block, &["elements"]);
        self.required(block, "elements", |check, elements| {
            check.items(elements, 1, 10, |check, element| match element["type"].as_str() {
                Some("image") => check.picture(element, &["type"]),
                _ => check.text(element, 3_000),
            });
        });
    }

    fn image(&mut self, block: &Value) {
        self.optional(block, "title", |check, text| check.plain(text, 2_000));
        self.picture(block, &["type", "block_id", "title"]);
    }

    /// The picture in an image block or element: its address or its file, and what it shows.
    pub(super) fn picture(&mut self, image: &Value, beside: &[&str]) {
        self.only(
            image,
            &[beside, &["image_url", "slack_file", "alt_text"]].concat(),
        );
        self.required(image, "alt_text", |check, text| check.string(text, 1, 2_000));
        match (image.get("image_url"), image.get("slack_file")) {
            (Some(url), None) => self.at("image_url", |check| check.string(url, 1, 3_000)),
            (None, Some(file)) => self.at("slack_file", |check| {
                check.only(file, &["id", "url"]);
                if file.get("id").is_some() == file.get("url").is_some() {
                    check.complain("needs id or url, and not both");
                }
            }),
            _ => self.complain("needs image_url or slack_file, and not both"),
        }
    }

    fn input(&mut self, block: &Value) {
        self.known(
            block,
            &["label", "element", "dispatch_action", "hint", "optional"],
        );
        self.required(block, "label", |check, text| check.plain(text, 2_000));
        self.optional(block, "hint", |check, text| check.plain(text, 2_000));
        for flag in ["dispatch_action", "optional"] {
            self.optional(block, flag, Check::boolean);
        }
        self.required(block, "element", Check::input_element);
    }

    fn markdown_block(&mut self, block: &Value, surface: Surface) {
        self.known(block, &["text"]);
        if surface != Surface::Message {
            self.complain("markdown blocks are for messages only");
        }
        self.required(block, "text", |check, text| check.string(text, 1, 12_000));
        self.markdown += block["text"].as_str().map_or(0, |text| text.chars().count());
        if self.markdown > 12_000 {
            self.complain("markdown blocks of a message hold 12000 characters together");
        }
    }

    fn rich_text(&mut self, block: &Value) {
        self.known(block, &["elements"]);
        self.required(block, "elements", |check, elements| {
            check.items(elements, 0, usize::MAX, |check, element| {
                let kinds = [
                    "rich_text_section",
                    "rich_text_list",
                    "rich_text_preformatted",
                    "rich_text_quote",
                ];
                check.required(element, "type", |check, kind| check.one_of(kind, &kinds));
                check.required(element, "elements", |check, parts| {
                    check.items(parts, 0, usize::MAX, |_, _| {});
                });
            });
        });
    }

    fn table(&mut self, block: &Value, surface: Surface) {
        self.known(block, &["rows", "column_settings"]);
        if surface != Surface::Message {
            self.complain("tables are for messages only");
        }
        self.required(block, "rows", |check, rows| {
            check.items(rows, 1, 100, |check, row| {
                check.items(row, 1, 20, |check, cell| {
                    check.required(cell, "type", |check, kind| {
                        check.one_of(kind, &["raw_text", "rich_text"]);
                    });
                });
            });
        });
        self.optional(block, "column_settings", |check, settings| {
            check.items(settings, 0, 20, |check, setting| {
                check.only(setting, &["align", "is_wrapped"]);
            });
        });
    }
}
