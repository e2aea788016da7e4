//! The one gate that everything from Discord passes: commands, completions, presses and forms alike.
//!
//! What is asked here is where a payload comes from and whether its person is one who may act at all, by what stands in its
//! raw JSON. Whether the person may do what he says is not decided here.

use commands::names::At;

/// Where a payload says that it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The application it is for.
    pub application: Option<String>,
    /// The server in which it happened; `None`: in none.
    pub guild: Option<String>,
    /// The server that installed the application; `None`: nobody did for a server, so a person did for himself.
    pub installed_in: Option<String>,
    /// Who did it.
    pub member: Standing,
}

/// What a payload says of its person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is a bot or Discord itself.
    pub is_machine: bool,
    /// Whether the person did not accept the server's rules yet.
    pub is_pending: bool,
    /// Until when the person is timed out.
    pub timed_out_until: Option<At>,
}

/// Why a payload is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// It is for another application.
    #[error("it is for another application than discord.application_id")]
    Application,
    /// It is from another server.
    #[error("it is from a server that discord.guild_id or discord.guilds does not name")]
    Guild,
    /// It is from a direct message.
    #[error("it is from a direct message")]
    Direct,
    /// A person installed the application for himself, not a server of ours.
    #[error("the application was not installed by this server")]
    Installed,
    /// The person is a bot, has not accepted the rules, or is timed out.
    #[error("the person is a bot, has not accepted the server's rules yet, or is timed out")]
    Person,
}

/// Which application and which servers are ours.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The application's id.
    pub application: String,
    /// The servers' ids.
    pub guilds: Vec<String>,
}

impl Gate {
    /// Lets a payload in, or not.
    ///
    /// # Errors
    /// [`Stranger`], where it is none of ours.
    pub fn admit(&self, origin: &Origin, now: At) -> Result<(), Stranger> {
        if origin.application.as_ref() != Some(&self.application) {
            return Err(Stranger::Application);
        }
        let guild = origin.guild.as_ref().ok_or(Stranger::Direct)?;
        if !self.guilds.contains(guild) {
            return Err(Stranger::Guild);
        }
        if origin.installed_in.as_ref() != Some(guild) {
            return Err(Stranger::Installed);
        }
        if origin.member.may_act(now) {
            Ok(())
        } else {
            Err(Stranger::Person)
        }
    }
}

impl Standing {
    /// Whether the person may act at all.
    pub fn may_act(&self, now: At) -> bool {
        let timed_out = self.timed_out_until.is_some_and(|until| until > now);
        !self.is_machine && !self.is_pending && !timed_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At(1_000);

    fn admitted(change: impl FnOnce(&mut Origin)) -> Result<(), Stranger> {
        let mut origin = Origin {
            application: Some("1".to_owned()),
            guild: Some("2".to_owned()),
            installed_in: Some("2".to_owned()),
            member: Standing::default(),
        };
        change(&mut origin);
        let gate = Gate {
            application: "1".to_owned(),
            guilds: vec!["2".to_owned(), "3".to_owned()],
        };
        gate.admit(&origin, NOW)
    }

    #[test]
    fn our_application_in_our_servers_is_let_in() {
        assert_eq!(admitted(|_| {}), Ok(()));
        let other = |origin: &mut Origin| {
            (origin.guild, origin.installed_in) = (Some("3".to_owned()), Some("3".to_owned()));
        };
        assert_eq!(admitted(other), Ok(()));
    }

    #[test]
    fn another_application_or_server_is_not() {
        for application in [None, Some(String::new()), Some("9".to_owned())] {
            assert_eq!(
                admitted(|origin| origin.application = application),
                Err(Stranger::Application)
            );
        }
        let elsewhere = |origin: &mut Origin| {
            (origin.guild, origin.installed_in) = (Some("9".to_owned()), Some("9".to_owned()));
        };
        assert_eq!(admitted(elsewhere), Err(Stranger::Guild));
        assert_eq!(admitted(|origin| origin.guild = None), Err(Stranger::Direct));
    }

    #[test]
    fn what_a_person_installed_for_himself_is_not_though_it_is_used_in_our_server() {
        for installed_in in [None, Some("0".to_owned()), Some("3".to_owned())] {
            assert_eq!(
                admitted(|origin| origin.installed_in = installed_in),
                Err(Stranger::Installed)
            );
        }
    }

    #[test]
    fn a_bot_a_newcomer_and_a_person_in_time_out_are_not() {
        let person = |change: fn(&mut Standing)| admitted(|origin| change(&mut origin.member));
        assert_eq!(person(|member| member.is_machine = true), Err(Stranger::Person));
        assert_eq!(person(|member| member.is_pending = true), Err(Stranger::Person));
        assert_eq!(
            person(|member| member.timed_out_until = Some(At(1_001))),
            Err(Stranger::Person)
        );
        assert_eq!(person(|member| member.timed_out_until = Some(NOW)), Ok(()));
    }
}
