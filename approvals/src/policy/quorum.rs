//! Whether the voters meet every need: each seat is filled by a person of its group, and no person fills two.

use std::collections::BTreeSet;

use commands::names::{Group, Person};

use super::Need;

/// A voter, and the groups that he or she was seen in.
pub type Voter<'a> = (&'a Person, &'a BTreeSet<Group>);

/// Whether distinct persons among `voters` fill every seat of every need. No need at all is never met: nothing may be
/// allowed by nobody.
///
/// Groups overlap, so counting per group is not enough: with one seat for `owners` and one for `leads`, an owner who is
/// also a lead must sit where the other voter cannot. Seats are therefore assigned by augmenting paths (Kuhn).
pub fn is_met(need: &[Need], voters: &[Voter<'_>]) -> bool {
    let wanted: usize = need.iter().map(|need| need.count.max(1) as usize).sum();
    if need.is_empty() || wanted > voters.len() {
        return false;
    }
    let seats: Vec<&Group> = need
        .iter()
        .flat_map(|need| std::iter::repeat_n(&need.from, need.count.max(1) as usize))
        .collect();
    let mut sits: Vec<Option<usize>> = vec![None; voters.len()];
    (0..seats.len()).all(|seat| find_voter(seat, &seats, voters, &mut sits, &mut BTreeSet::new()))
}

/// Seats a voter who is free, or whose present seat another voter can take.
fn find_voter(
    seat: usize,
    seats: &[&Group],
    voters: &[Voter<'_>],
    sits: &mut [Option<usize>],
    tried: &mut BTreeSet<usize>,
) -> bool {
    for (voter, (_, groups)) in voters.iter().enumerate() {
        if !groups.contains(seats[seat]) || !tried.insert(voter) {
            continue;
        }
        let free = match sits[voter] {
            None => true,
            Some(other) => find_voter(other, seats, voters, sits, tried),
        };
        if free {
            sits[voter] = Some(seat);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(needs: &[(u32, &str)]) -> Vec<Need> {
        needs
            .iter()
            .map(|(count, group)| Need {
                count: *count,
                from: Group::parse(group).unwrap(),
            })
            .collect()
    }

    fn check(needs: &[(u32, &str)], voters: &[(&str, &[&str])], expected: bool) {
        let voters: Vec<(Person, BTreeSet<Group>)> = voters
            .iter()
            .map(|(name, groups)| {
                let groups = groups.iter().map(|g| Group::parse(g).unwrap()).collect();
                (Person::parse(name).unwrap(), groups)
            })
            .collect();
        let voters: Vec<Voter<'_>> = voters.iter().map(|(p, g)| (p, g)).collect();
        assert_eq!(is_met(&need(needs), &voters), expected, "{needs:?} by {voters:?}");
    }

    #[test]
    fn no_need_is_never_met() {
        check(&[], &[("bo", &["owners"])], false);
    }

    #[test]
    fn a_need_counts_members_of_its_group_only() {
        check(&[(1, "owners")], &[("bo", &["owners"])], true);
        check(&[(1, "owners")], &[("cy", &["guests"])], false);
        check(
            &[(2, "owners")],
            &[("bo", &["owners"]), ("cy", &["guests"])],
            false,
        );
        check(
            &[(2, "owners")],
            &[("bo", &["owners"]), ("cy", &["owners"])],
            true,
        );
    }

    #[test]
    fn a_person_in_two_groups_fills_one_seat() {
        check(
            &[(1, "owners"), (1, "leads")],
            &[("bo", &["owners", "leads"])],
            false,
        );
    }

    #[test]
    fn a_person_in_two_groups_sits_where_the_other_cannot() {
        check(
            &[(1, "owners"), (1, "leads")],
            &[("bo", &["owners", "leads"]), ("cy", &["owners"])],
            true,
        );
        check(
            &[(1, "a"), (1, "b"), (1, "c")],
            &[("bo", &["a", "b"]), ("cy", &["b", "c"]), ("dee", &["a"])],
            true,
        );
        check(
            &[(1, "a"), (1, "b"), (1, "c")],
            &[("bo", &["a", "b"]), ("cy", &["a", "b"]), ("dee", &["a", "b"])],
            false,
        );
    }

    #[test]
    fn a_count_of_zero_still_wants_one_person() {
        check(&[(0, "owners")], &[], false);
    }
}
