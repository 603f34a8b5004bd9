//! In: a name that nothing has, and the names that there are. Out: the one that was probably meant. Refuses to guess wildly.

/// The known name that is nearest to what was written, if one is near enough to be worth mentioning.
#[must_use]
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase().replace(['_', ' '], "-");
    let allowed = (written.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&folded, name), name))
        // A name cut short, or with more behind it, is near however much is missing.
        .filter(|(distance, name)| {
            *distance <= allowed || folded.len() > 3 && (name.contains(&folded) || folded.contains(name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// A sentence that helps whoever wrote a name that nothing has: the nearest, or all.
#[must_use]
pub fn did_you_mean(written: &str, known: &[&str]) -> String {
    match nearest(written, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => String::new(),
        None => format!("known are: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_strangers_are_not() {
        let known = ["reason", "language", "fail-on", "rules-folders", "missing-thanks"];
        for (written, meant) in [
            ("reson", Some("reason")),
            ("Language", Some("language")),
            ("fail_on", Some("fail-on")),
            ("rules-folder", Some("rules-folders")),
            ("thanks", Some("missing-thanks")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, known), meant, "{written}");
        }
    }
}
