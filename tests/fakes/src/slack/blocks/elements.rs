//! Block elements: buttons, selects, inputs.

use super::Check;
use serde_json::Value;

const SELECTS: [&str; 5] = [
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
];
const PICKERS: [&str; 3] = ["datepicker", "timepicker", "datetimepicker"];
const CHOICES: [&str; 2] = ["radio_buttons", "checkboxes"];

impl Check {
    /// Beside a section's text.
    pub(super) fn accessory(&mut self, element: &Value) {
        match element["type"].as_str() {
            Some("image") => self.picture(element, &["type"]),
            _ => self.interactive(element),
        }
    }

    /// In an actions block, or beside a section.
    pub(super) fn interactive(&mut self, element: &Value) {
        let kind = element["type"].as_str().unwrap_or_default();
        self.action_id(element);
        match kind {
            "button" => self.button(element),
            "overflow" => self.overflow(element),
            _ if is_select(kind) => self.select(element),
            _ if PICKERS.contains(&kind) => self.picker(element),
            _ if CHOICES.contains(&kind) => self.choices(element),
            _ => self.complain(&format!("unsupported element type: {kind:?}")),
        }
    }

    /// In an input block.
    pub(super) fn input_element(&mut self, element: &Value) {
        let kind = element["type"].as_str().unwrap_or_default();
        self.action_id(element);
        match kind {
            "plain_text_input" => self.text_input(element),
            "number_input" => self.number_input(element),
            _ if is_select(kind) => self.select(element),
            _ if PICKERS.contains(&kind) => self.picker(element),
            _ if CHOICES.contains(&kind) => self.choices(element),
            _ => self.complain(&format!("unsupported element type: {kind:?}")),
        }
    }

    fn action_id(&mut self, element: &Value) {
        self.optional(element, "action_id", |check, id| {
            check.string(id, 1, 255);
            if !check
                .action_ids
                .insert(id.as_str().unwrap_or_default().to_owned())
            {
                check.complain(&format!("`action_id` {id} already exists in this block"));
            }
        });
    }

    fn of_interactive(&mut self, element: &Value, fields: &[&str]) {
        self.only(element, &[&["type", "action_id", "confirm"], fields].concat());
        self.optional(element, "confirm", Check::confirm);
        self.optional(element, "placeholder", |check, text| check.plain(text, 150));
        self.optional(element, "focus_on_load", Check::boolean);
    }

    fn button(&mut self, button: &Value) {
        self.of_interactive(button, &["text", "url", "value", "style", "accessibility_label"]);
        self.required(button, "text", |check, text| check.plain(text, 75));
        self.optional(button, "url", |check, url| check.string(url, 1, 3_000));
        self.optional(button, "value", |check, value| check.string(value, 1, 2_000));
        self.optional(button, "style", |check, style| {
            check.one_of(style, &["primary", "danger"]);
        });
        self.optional(button, "accessibility_label", |check, label| {
            check.string(label, 1, 75);
        });
    }

    fn overflow(&mut self, menu: &Value) {
        self.of_interactive(menu, &["options"]);
        self.required(menu, "options", |check, options| {
            check.items(options, 2, 5, |check, option| check.option(option, false));
        });
    }

    fn select(&mut self, select: &Value) {
        let kind = select["type"].as_str().unwrap_or_default();
        let of_many: &[&str] = if kind.starts_with("multi_") {
            &["max_selected_items"]
        } else {
            &[]
        };
        let own: &[&str] = match kind.trim_start_matches("multi_") {
            "static_select" => &["options", "option_groups", "initial_option", "initial_options"],
            "external_select" => &["initial_option", "initial_options", "min_query_length"],
            "users_select" => &["initial_user", "initial_users"],
            "conversations_select" => &[
                "initial_conversation",
                "initial_conversations",
                "default_to_current_conversation",
                "response_url_enabled",
                "filter",
            ],
            _ => &["initial_channel", "initial_channels", "response_url_enabled"],
        };
        self.of_interactive(
            select,
            &[&["placeholder", "focus_on_load"], of_many, own].concat(),
        );
        if kind.ends_with("static_select") {
            self.options(select);
        }
    }

    fn picker(&mut self, picker: &Value) {
        let own = [
            "placeholder",
            "focus_on_load",
            "initial_date",
            "initial_time",
            "initial_date_time",
            "timezone",
        ];
        self.of_interactive(picker, &own);
    }

    fn choices(&mut self, group: &Value) {
        self.of_interactive(
            group,
            &["options", "initial_option", "initial_options", "focus_on_load"],
        );
        self.required(group, "options", |check, options| {
            check.items(options, 1, 10, |check, option| check.option(option, true));
        });
    }

    fn text_input(&mut self, input: &Value) {
        let own = [
            "type",
            "action_id",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "placeholder",
            "focus_on_load",
            "dispatch_action_config",
        ];
        self.only(input, &own);
        self.optional(input, "placeholder", |check, text| check.plain(text, 150));
        self.optional(input, "initial_value", |check, text| check.string(text, 0, 3_000));
        for bound in ["min_length", "max_length"] {
            self.optional(input, bound, |check, bound| {
                if bound.as_u64().is_none_or(|bound| bound > 3_000) {
                    check.complain("must be at most 3000");
                }
            });
        }
    }

    fn number_input(&mut self, input: &Value) {
        let own = [
            "type",
            "action_id",
            "is_decimal_allowed",
            "initial_value",
            "min_value",
            "max_value",
            "placeholder",
            "focus_on_load",
            "dispatch_action_config",
        ];
        self.only(input, &own);
        self.required(input, "is_decimal_allowed", Check::boolean);
        self.optional(input, "placeholder", |check, text| check.plain(text, 150));
        for bound in ["initial_value", "min_value", "max_value"] {
            self.optional(input, bound, |check, bound| check.string(bound, 1, 40));
        }
    }
}

fn is_select(kind: &str) -> bool {
    SELECTS.contains(&kind.strip_prefix("multi_").unwrap_or(kind))
}
