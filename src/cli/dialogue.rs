//! `partwell fix --interactive`. In: a draft, and what a person types. Out: the draft as that person wants it. Shows each fault with its
//! ways out, those alone that do good. Refuses to write files, and to guess at an answer.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Write},
};

use anstyle::{AnsiColor, Style};

use crate::{
    diagnostic::{Diagnostic, Fix},
    fix::{Mended, Mender},
    report::{Checked, Look, block, text},
};

const STRONG: Style = Style::new().bold();
const NUMBER: Style = AnsiColor::Cyan.on_default().bold();

/// How a dialogue ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// With the last fault.
    Through,
    /// Before: the person has had enough.
    Here,
}

enum Answer {
    Take(usize),
    Skip,
    Stop,
}

/// Goes through the faults of a draft. What was chosen before the end of the dialogue stays chosen.
pub(super) fn hold(
    mender: &Mender<'_>,
    before: &Checked,
    input: &mut impl BufRead,
    output: &mut impl Write,
    look: Look,
) -> (Mended, Ended) {
    let mut now = before.clone();
    let mut skipped: BTreeMap<Key, usize> = BTreeMap::new();
    let mut refused = None;
    let mut ended = Ended::Through;
    let mut number = 0;
    loop {
        let Some((diagnostic, key)) = next(&now, &skipped) else { break };
        let mut ways: Vec<(&Fix, Checked)> = Vec::new();
        for fix in &diagnostic.fixes {
            match mender.with_fix(&now, fix) {
                Ok(after) => ways.push((fix, after)),
                Err(error) => refused = refused.or(error),
            }
        }
        if ways.is_empty() {
            *skipped.entry(key).or_default() += 1;
            continue;
        }
        number += 1;
        match ask(&now, &diagnostic, &ways, number, input, output, look) {
            Ok(Answer::Take(index)) => now = ways.swap_remove(index).1,
            Ok(Answer::Skip) => *skipped.entry(key).or_default() += 1,
            // Where nothing can be asked any more, nothing more is done.
            Ok(Answer::Stop) | Err(_) => {
                ended = Ended::Here;
                break;
            }
        }
    }
    let mended = mender.gone(before, &now);
    (Mended { checked: now, mended, refused }, ended)
}

/// By what a fault is known though the text around it has changed: its rule and the words at fault.
type Key = (String, String);

/// The first fault with a way out that was not skipped. Of faults with the same words the first ones were.
fn next(now: &Checked, skipped: &BTreeMap<Key, usize>) -> Option<(Diagnostic, Key)> {
    let mut seen: BTreeMap<Key, usize> = BTreeMap::new();
    now.verdict.diagnostics.iter().filter(|one| !one.fixes.is_empty()).find_map(|one| {
        let words = now.source.text.get(one.range.clone()).unwrap_or_default();
        let key = (one.rule.clone(), words.to_owned());
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        (*count > skipped.get(&key).copied().unwrap_or_default()).then(|| (one.clone(), key))
    })
}

fn ask(
    now: &Checked,
    diagnostic: &Diagnostic,
    ways: &[(&Fix, Checked)],
    number: usize,
    input: &mut impl BufRead,
    output: &mut impl Write,
    look: Look,
) -> io::Result<Answer> {
    if number > 1 {
        writeln!(output)?;
    }
    write!(output, "{}", text::excerpt(now, diagnostic, look))?;
    for (index, (fix, _)) in ways.iter().enumerate() {
        let tone = fix.wording.map(|wording| format!(" ({})", wording.name())).unwrap_or_default();
        let title = format!("{}{tone}", block(&fix.title, look.unicode));
        let hang = textwrap::Options::new(look.width).initial_indent("     ").subsequent_indent("     ");
        let title = textwrap::fill(&title, hang);
        writeln!(output, "  {NUMBER}{}{NUMBER:#}  {}", index + 1, title.trim_start())?;
    }
    writeln!(output, "  {NUMBER}s{NUMBER:#}  skip   {NUMBER}q{NUMBER:#}  stop here, and keep what was chosen")?;
    let numbers = if ways.len() == 1 { "1".to_owned() } else { format!("1-{}", ways.len()) };
    loop {
        write!(output, "{STRONG}{numbers}, s or q?{STRONG:#} ")?;
        output.flush()?;
        let mut typed = String::new();
        if input.read_line(&mut typed)? == 0 {
            writeln!(output)?;
            return Ok(Answer::Stop);
        }
        match typed.trim().to_lowercase().as_str() {
            "s" | "skip" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Stop),
            typed => match typed.parse::<usize>().ok().and_then(|choice| choice.checked_sub(1)) {
                Some(index) if index < ways.len() => return Ok(Answer::Take(index)),
                _ => writeln!(output, "type one of {numbers}, s or q")?,
            },
        }
    }
}
