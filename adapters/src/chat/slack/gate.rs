//! The one gate that everything from Slack passes: commands, presses, forms, mentions and the App Home alike.
//!
//! What is asked here is where a payload comes from, by the ids in its raw JSON. Whether the person may do what he says
//! is not decided here.

/// Where a payload says that it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The app it is for; `None`: this kind of payload does not say (shortcuts).
    pub app: Option<String>,
    /// The workspace in which it happened; `None`: an app that is installed for a whole organisation was not told.
    pub team: Option<String>,
    /// The workspace that the person belongs to, where it is said.
    pub user_team: Option<String>,
    /// Whether the channel is shared with another organisation, where it is said.
    pub shared: bool,
}

/// Why a payload is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stranger {
    /// It is for another app.
    #[error("it is for another app than slack.app_id")]
    App,
    /// It is from another workspace.
    #[error("it is from a workspace that slack.team_id or slack.teams does not name")]
    Team,
    /// The person is of another organisation, in a channel that is shared with it.
    #[error("the person belongs to another workspace")]
    Person,
}

/// Which app and which workspaces are ours.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The app's id.
    pub app: String,
    /// The workspaces' ids.
    pub teams: Vec<String>,
}

impl Gate {
    /// Lets a payload in, or not.
    ///
    /// # Errors
    /// [`Stranger`], where it is none of ours.
    pub fn admit(&self, origin: &Origin) -> Result<(), Stranger> {
        if origin.app.as_ref().is_some_and(|app| *app != self.app) {
            return Err(Stranger::App);
        }
        if origin.team.as_ref().is_some_and(|team| !self.is_ours(team)) {
            return Err(Stranger::Team);
        }
        match &origin.user_team {
            Some(team) if !self.is_ours(team) => Err(Stranger::Person),
            // Nobody says whose the person is: that must be told where strangers can be, and where no workspace is named.
            None if origin.shared => Err(Stranger::Person),
            None if origin.team.is_none() => Err(Stranger::Team),
            _ => Ok(()),
        }
    }

    fn is_ours(&self, team: &str) -> bool {
        self.teams.iter().any(|ours| ours == team)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(change: impl FnOnce(&mut Origin)) -> Result<(), Stranger> {
        let mut origin = Origin {
            app: Some("A1".to_owned()),
            team: Some("T1".to_owned()),
            user_team: Some("T1".to_owned()),
            shared: false,
        };
        change(&mut origin);
        let gate = Gate {
            app: "A1".to_owned(),
            teams: vec!["T1".to_owned(), "T2".to_owned()],
        };
        gate.admit(&origin)
    }

    #[test]
    fn our_app_in_our_workspaces_is_let_in() {
        assert_eq!(admitted(|_| {}), Ok(()));
        assert_eq!(admitted(|origin| origin.team = Some("T2".to_owned())), Ok(()));
        assert_eq!(admitted(|origin| origin.user_team = None), Ok(()));
    }

    #[test]
    fn another_app_or_workspace_is_not() {
        assert_eq!(
            admitted(|origin| origin.app = Some("A2".to_owned())),
            Err(Stranger::App)
        );
        assert_eq!(
            admitted(|origin| origin.app = Some(String::new())),
            Err(Stranger::App)
        );
        assert_eq!(
            admitted(|origin| origin.team = Some("T9".to_owned())),
            Err(Stranger::Team)
        );
        assert_eq!(
            admitted(|origin| origin.team = Some(String::new())),
            Err(Stranger::Team)
        );
    }

    #[test]
    fn a_person_of_another_organisation_is_not_though_the_channel_is_ours() {
        assert_eq!(
            admitted(|origin| origin.user_team = Some("T9".to_owned())),
            Err(Stranger::Person)
        );
        let unsaid = |origin: &mut Origin| (origin.shared, origin.user_team) = (true, None);
        assert_eq!(admitted(unsaid), Err(Stranger::Person));
    }

    #[test]
    fn an_app_of_a_whole_organisation_is_known_by_the_persons_workspace() {
        assert_eq!(admitted(|origin| origin.team = None), Ok(()));
        assert_eq!(
            admitted(|origin| (origin.team, origin.user_team) = (None, None)),
            Err(Stranger::Team)
        );
    }
}
