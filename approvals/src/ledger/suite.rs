//! What every ledger must do, whatever it is kept in. Each story takes a [`Home`]; [`stories!`](crate::ledger::suite)
//! makes a test of each for one kind of home.

mod appending;
mod claiming;
mod console;
mod reading;
mod receiving;
mod sending;

use async_trait::async_trait;

use super::fixtures::r;
use super::{Ledger, LedgerError};

pub(crate) use appending::*;
pub(crate) use claiming::*;
pub(crate) use console::*;
pub(crate) use reading::*;
pub(crate) use receiving::*;
pub(crate) use sending::*;

/// Where a ledger lives: it can be opened, closed, and opened again with what it held.
#[async_trait]
pub(crate) trait Home: Sync {
    type Ledger: Ledger + 'static;
    async fn open(&self) -> Self::Ledger;
    async fn close(&self, ledger: Self::Ledger);
}

/// Makes one test of each story, for homes that `$home` gives.
macro_rules! stories {
    ($home:expr; $($story:ident)*) => {
        $(#[tokio::test]
        async fn $story() {
            let home = $home;
            crate::ledger::suite::$story(&home).await;
        })*
    };
}
pub(crate) use stories;

/// Every story, for homes that `$home` gives.
macro_rules! every_story {
    ($home:expr) => {
        crate::ledger::suite::stories! { $home;
            an_entry_is_read_back_as_it_was_appended
            a_request_is_folded_from_its_entries
            of_two_appends_at_one_version_one_is_stale
            a_refused_append_leaves_nothing_behind
            time_never_runs_behind_the_last_entry
            requests_are_numbered_from_one
            of_many_who_take_one_claim_at_once_one_gets_it
            claims_are_taken_all_or_none
            a_claim_conflicts_with_what_is_above_and_below_it
            shared_claims_are_held_side_by_side
            a_release_wakes_who_queues_behind
            who_queues_behind_a_run_that_has_just_ended_is_woken_at_once
            a_refused_attempt_does_not_take_a_request_out_of_the_queue
            wake_ups_come_when_they_are_due_and_soonest_first
            a_wake_up_is_due_with_its_time_and_who_has_none_is_asleep
            what_was_meant_for_an_earlier_state_is_stale
            a_delivery_is_stored_once
            many_at_once_are_each_stored_once
            what_is_typed_in_the_console_is_a_message_there
            an_answered_delivery_is_no_longer_waiting
            a_delivery_is_answered_once
            a_thousand_deliveries_at_once_are_all_stored
            messages_are_sent_in_the_order_of_their_place
            a_message_that_waits_holds_back_only_its_own_place
            an_unsent_card_is_replaced_where_it_stands
            a_card_that_is_there_is_edited
            a_card_replaced_on_its_way_is_edited_afterwards
            a_card_whose_first_post_is_in_doubt_is_edited_to_be_sure
            a_given_up_edit_is_followed_by_a_new_post
            what_was_not_sent_is_sent_after_a_restart
            lists_show_what_is_open_and_what_is_new
            a_thread_leads_to_its_newest_request
            the_first_open_message_becomes_the_root_of_a_command_that_is_no_message
            the_thread_of_a_copy_leads_to_its_request
            samples_are_kept_and_forgotten
            a_console_message_is_stored_and_replaced
            what_one_person_alone_may_see_is_shown_to_no_other
            the_same_post_twice_is_one_message
            pictures_are_kept
            a_picture_goes_with_the_last_message_that_shows_it
            a_channel_keeps_its_newest_messages
            a_request_is_found_in_its_messages_and_in_its_history
            what_changed_is_told_once_it_is_there
            everything_is_there_after_a_restart
        }
    };
}
pub(crate) use every_story;

fn is_stale(result: &Result<(), LedgerError>) -> bool {
    matches!(result, Err(LedgerError::Stale))
}

fn is_claimed_by(result: &Result<(), LedgerError>, by: u64) -> bool {
    matches!(result, Err(LedgerError::Claimed { by: holder }) if *holder == r(by))
}
