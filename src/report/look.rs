//! In: the environment of the process. Out: how wide a report may be and which characters it may use. Refuses to decide on
//! colours: reports are written with them, and the stream takes them out where they do not belong.

/// How a report for people is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether box drawing, check marks and dashes can be shown.
    pub unicode: bool,
}

/// Used where nothing says how wide the output is: a pipe, a file.
const WIDTH: usize = 100;
/// Narrower than this, a report is no longer laid out but left to wrap.
const NARROWEST: usize = 36;
/// Wider than this, a line is hard to read.
const WIDEST: usize = 120;

impl Look {
    /// The look that suits the terminal and the locale of this process.
    #[must_use]
    pub fn of_process() -> Look {
        let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let width = columns.filter(|columns| *columns > 0).or_else(terminal).unwrap_or(WIDTH);
        Look { width: width.clamp(NARROWEST, WIDEST), unicode: utf8_locale(|name| std::env::var(name).ok()) }
    }

    /// `unicode` where it can be shown, else `ascii`.
    #[must_use]
    pub fn pick<T>(self, unicode: T, ascii: T) -> T {
        if self.unicode { unicode } else { ascii }
    }
}

/// Whether the locale says that the terminal understands UTF-8. The first variable that is set decides, as in the C library.
fn utf8_locale(variable: impl Fn(&str) -> Option<String>) -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// The language of the reader's locale: `pl` of `pl_PL.UTF-8`.
#[must_use]
pub fn locale() -> Option<String> {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set)?;
    let code = locale.split(['_', '.', '@']).next().unwrap_or_default().to_lowercase();
    (code != "c" && code != "posix").then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let with = |pairs: &'static [(&str, &str)]| {
            utf8_locale(move |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert!(with(&[("LANG", "en_GB.UTF-8")]));
        assert!(with(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(!with(&[("LC_ALL", "C"), ("LANG", "en_GB.UTF-8")]));
        assert!(!with(&[]));
    }
}
