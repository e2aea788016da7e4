//! Answers to interactions, by whichever road they came: the first one, and what follows under its token.

use super::bodies::{Draft, Part, check, check_modal};
use super::guilds::OpenForm;
use super::interactions::{DEADLINE_MS, Interaction, Kind, TOKEN_MS};
use super::messages::{EPHEMERAL, LOADING, completed_components};
use super::{Model, Refusal};
use serde_json::{Value, json};

impl Model {
    /// Takes the first answer to an interaction, and does what it says.
    pub fn answer(
        &mut self,
        id: &str,
        token: &str,
        callback: &Value,
        parts: Vec<Part>,
    ) -> Result<(), Refusal> {
        let now = self.now;
        let known = self.interactions.iter().find(|known| known.id == id);
        let known = known.filter(|known| known.token == token).cloned();
        let Some(interaction) = known else {
            return Err(Refusal::new(10_062));
        };
        if interaction.answered.is_some() {
            return Err(Refusal::new(40_060));
        }
        if interaction.dead || now - interaction.created > DEADLINE_MS {
            return Err(Refusal::new(10_062));
        }
        let kind = callback["type"].as_u64().unwrap_or_default();
        if !fits(interaction.kind, kind, interaction.source.is_some()) {
            let what = format!(
                "an answer of type {kind} to an interaction of kind {:?}",
                interaction.kind
            );
            return Err(Refusal::invalid(
                "type",
                "INTERACTION_CALLBACK_TYPE_INVALID",
                &what,
            ));
        }
        let data = callback["data"].clone();
        let original = match kind {
            4 => Some(self.say(&interaction, &data, parts)?),
            5 => Some(self.defer(&interaction, &data)?),
            6 => interaction.source.clone(),
            7 => self.update(&interaction, &data, parts)?,
            8 => {
                check_choices(&data, interaction.typing)?;
                None
            }
            9 => {
                check_modal(&data)?;
                self.open_form(&interaction, data);
                None
            }
            _ => None,
        };
        if let Some(interaction) = self.by_token_mut(token) {
            interaction.answered = Some(kind);
            interaction.original = original;
        }
        Ok(())
    }

    fn say(&mut self, interaction: &Interaction, data: &Value, parts: Vec<Part>) -> Result<String, Refusal> {
        check(data, &parts, &[], true)?;
        let mut draft = Draft::of(data, parts);
        if draft.is_empty() {
            return Err(Refusal::new(50_006));
        }
        draft.flags &= !LOADING;
        Ok(self.post_answer(interaction, draft))
    }

    fn post_answer(&mut self, interaction: &Interaction, mut draft: Draft) -> String {
        draft.only_for = (draft.flags & EPHEMERAL != 0).then(|| interaction.user.clone());
        draft.interaction = Some(interaction.id.clone());
        let app = self.app.id.clone();
        self.post(&interaction.channel, &app, draft)
    }

    /// `sluice is thinking...`: private or not, and nothing else.
    fn defer(&mut self, interaction: &Interaction, data: &Value) -> Result<String, Refusal> {
        let more = data
            .as_object()
            .into_iter()
            .flatten()
            .find(|(field, _)| *field != "flags");
        let flags = data["flags"].as_u64().unwrap_or_default();
        if more.is_some() || flags & !EPHEMERAL != 0 {
            let what = "a deferral says whether the answer is private, and nothing else";
            return Err(Refusal::invalid(
                "data",
                "INTERACTION_CALLBACK_DATA_INVALID",
                what,
            ));
        }
        let draft = Draft {
            flags: flags | LOADING,
            ..Draft::default()
        };
        Ok(self.post_answer(interaction, draft))
    }

    fn update(
        &mut self,
        interaction: &Interaction,
        data: &Value,
        parts: Vec<Part>,
    ) -> Result<Option<String>, Refusal> {
        let source = interaction.source.clone().unwrap_or_default();
        let old = self
            .message(&interaction.channel, &source)
            .map(|message| message.files.clone());
        check(data, &parts, &old.unwrap_or_default(), false)?;
        self.edit(&interaction.channel, &source, data, parts)?;
        Ok(Some(source))
    }

    fn open_form(&mut self, interaction: &Interaction, mut data: Value) {
        let rows = data["components"].as_array().cloned().unwrap_or_default();
        data["components"] = json!(completed_components(rows));
        let opened_by = interaction.id.clone();
        if let Some(user) = self.user_mut(&interaction.user) {
            user.forms.push(OpenForm { opened_by, data });
        }
    }

    /// The interaction whose token a webhook route names, while it is good.
    pub fn under_token(&self, app: &str, token: &str) -> Result<Interaction, Refusal> {
        let known = self.by_token(token).filter(|_| app == self.app.id);
        let answered = known.filter(|known| known.answered.is_some());
        let Some(interaction) = answered else {
            return Err(Refusal::new(10_015));
        };
        if self.now - interaction.created > TOKEN_MS {
            return Err(Refusal::new(50_027));
        }
        Ok(interaction.clone())
    }

    /// A follow-up. While the first answer is still awaited, it takes its place; the second value says so.
    pub fn follow_up(
        &mut self,
        interaction: &Interaction,
        body: &Value,
        parts: Vec<Part>,
    ) -> Result<(String, bool), Refusal> {
        check(body, &parts, &[], true)?;
        let draft = Draft::of(body, parts);
        if draft.is_empty() {
            return Err(Refusal::new(50_006));
        }
        let waiting = interaction.original.clone().filter(|id| {
            self.message(&interaction.channel, id)
                .is_some_and(|message| message.loading)
        });
        if let Some(original) = waiting {
            self.edit(&interaction.channel, &original, body, draft.parts)?;
            return Ok((original, true));
        }
        Ok((self.post_answer(interaction, draft), false))
    }
}

/// Which answers a kind of interaction takes. A form that a component opened can update that component's message.
fn fits(kind: Kind, answer: u64, has_source: bool) -> bool {
    match kind {
        Kind::Ping => answer == 1,
        Kind::Command => matches!(answer, 4 | 5 | 9),
        Kind::Component => matches!(answer, 4 | 5 | 6 | 7 | 9),
        Kind::Autocomplete => answer == 8,
        Kind::Modal => matches!(answer, 4 | 5) || (has_source && matches!(answer, 6 | 7)),
    }
}

/// Choices have the type of the option that is being typed.
fn check_choices(data: &Value, typing: Option<u64>) -> Result<(), Refusal> {
    for choice in data["choices"].as_array().into_iter().flatten() {
        let value = &choice["value"];
        let fits = match typing {
            Some(4) => value.is_i64(),
            Some(10) => value.is_number(),
            _ => value.is_string(),
        };
        if !fits {
            let what = format!("{value} is no value of an option of type {typing:?}");
            return Err(Refusal::invalid(
                "choices",
                "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID",
                &what,
            ));
        }
    }
    Ok(())
}
