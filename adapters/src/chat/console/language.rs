//! In which language the API and the page speak to whoever calls.

use axum::http::{HeaderMap, header};

/// The language that the caller's browser likes best of those that have words; `None`: it says nothing that helps.
pub(super) fn preferred<T: AsRef<str>>(headers: &HeaderMap, spoken: &[T]) -> Option<String> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut tags: Vec<(f32, &str)> = accepted.split(',').filter_map(weighed).collect();
    // The first of those that are liked alike.
    tags.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    tags.into_iter().find_map(|(_, tag)| known(tag, spoken))
}

/// A tag and how much it is liked: `de;q=0.8`; without a number wholly, with 0 not at all.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-accept-language>
fn weighed(part: &str) -> Option<(f32, &str)> {
    let (tag, weight) = match part.split_once(';') {
        Some((tag, weight)) => (tag, weight.trim().strip_prefix("q=")?.parse().ok()?),
        None => (part, 1.0),
    };
    (weight > 0.0).then_some((weight, tag.trim()))
}

/// The tag itself, or the language of it without its country.
fn known<T: AsRef<str>>(tag: &str, spoken: &[T]) -> Option<String> {
    let is = |wanted: &str| {
        let mut spoken = spoken.iter().map(AsRef::as_ref);
        spoken.find(|known| known.eq_ignore_ascii_case(wanted))
    };
    is(tag)
        .or_else(|| is(tag.split('-').next().unwrap_or_default()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(accepted: &str, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accepted).unwrap());
        let found = preferred(&headers, &["en", "de", "pt-BR"]);
        assert_eq!(found.as_deref(), expected, "{accepted}");
    }

    #[test]
    fn the_language_liked_best_that_has_words_is_taken() {
        check("de-CH, en;q=0.9", Some("de"));
        check("en;q=0.2, pt-br;q=0.7", Some("pt-BR"));
        check("fr, en;q=0.5, de;q=0.4", Some("en"));
        check("de;q=0, en;q=0.1", Some("en"));
    }

    #[test]
    fn what_says_nothing_of_use_is_passed_over() {
        for accepted in ["fr", "*", "", ";;q=,", "de;q=x"] {
            check(accepted, None);
        }
        assert_eq!(preferred(&HeaderMap::new(), &["en"]), None);
    }
}
