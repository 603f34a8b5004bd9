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
    rule::Texts,
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

/// Where a person is asked.
pub(super) struct Terminal<'t> {
    pub(super) input: &'t mut dyn BufRead,
    pub(super) output: &'t mut dyn Write,
    pub(super) look: Look,
}

enum Answer {
    Take(usize),
    Skip,
    Stop,
}

/// Goes through the faults of a draft. What was chosen before the end of the dialogue stays chosen.
pub(super) fn hold(mender: &Mender<'_>, before: &Checked, terminal: &mut Terminal<'_>) -> (Mended, Ended) {
    let mut now = before.clone();
    let mut skipped: BTreeMap<Key, usize> = BTreeMap::new();
    let mut refused = None;
    let mut ended = Ended::Through;
    let mut asked = false;
    let words = mender.book.texts(&before.verdict.messages).unwrap_or_else(|| Texts::fallback());
    while let Some((diagnostic, key)) = next(&now, &skipped) {
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
        let gap = if std::mem::replace(&mut asked, true) { "\n" } else { "" };
        let excerpt = gap.to_owned() + &text::excerpt(&now, &diagnostic, words, terminal.look);
        match terminal.ask(&excerpt, &ways) {
            Ok(Answer::Take(index)) => now = ways.swap_remove(index).1,
            Ok(Answer::Skip) => *skipped.entry(key).or_default() += 1,
            // Where nothing can be asked any more, nothing more is done.
            Ok(Answer::Stop) | Err(_) => {
                ended = Ended::Here;
                break;
            }
        }
    }
    let gone = mender.gone(before, &now);
    (Mended { mended: gone, checked: now, refused }, ended)
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

impl Terminal<'_> {
    /// Shows a fault and its ways out, and waits for an answer that can be understood.
    fn ask(&mut self, excerpt: &str, ways: &[(&Fix, Checked)]) -> io::Result<Answer> {
        write!(self.output, "{excerpt}")?;
        for (index, (fix, _)) in ways.iter().enumerate() {
            let tone = fix.wording.map(|wording| format!(" ({})", wording.name())).unwrap_or_default();
            let title = format!("{}{tone}", block(&fix.title, self.look.unicode));
            let hang = textwrap::Options::new(self.look.width).initial_indent("     ").subsequent_indent("     ");
            let title = textwrap::fill(&title, hang);
            writeln!(self.output, "  {NUMBER}{}{NUMBER:#}  {}", index + 1, title.trim_start())?;
        }
        writeln!(
            self.output,
            "  {NUMBER}s{NUMBER:#}  skip   {NUMBER}q{NUMBER:#}  stop here, and keep what was chosen"
        )?;
        let numbers = if ways.len() == 1 { "1".to_owned() } else { format!("1-{}", ways.len()) };
        loop {
            write!(self.output, "{STRONG}{numbers}, s or q?{STRONG:#} ")?;
            self.output.flush()?;
            let mut typed = String::new();
            if self.input.read_line(&mut typed)? == 0 {
                writeln!(self.output)?;
                return Ok(Answer::Stop);
            }
            match typed.trim().to_lowercase().as_str() {
                "s" | "skip" => return Ok(Answer::Skip),
                "q" | "quit" => return Ok(Answer::Stop),
                typed => match typed.parse::<usize>().ok().and_then(|choice| choice.checked_sub(1)) {
                    Some(index) if index < ways.len() => return Ok(Answer::Take(index)),
                    _ => writeln!(self.output, "type one of {numbers}, s or q")?,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::{
        engine::{Context, check_source},
        rule::RuleBook,
        source::{self, Format, Source},
    };

    const LETTER: &str = "Dear Ms Hartnell,\n\nThank you for your trust. From 30 June we will no longer work for you, \
        as our team is too small. Your staff ignored our letters. YOU WILL GET ALL YOUR PAPERS!!!\n\n\
        We wish you all the best.\n\nYours sincerely,\nA. Bell\n";

    /// The dialogue as it stands on a terminal that shows no colours, and the letter behind it.
    fn held(typed: &str) -> (String, Mended, Ended) {
        let book = RuleBook::shipped();
        let context = Context { messages: Some("en".into()), ..Context::default() };
        let judge = |source: &Source| check_source(source, &book, &context);
        let source = source::read("a.txt", LETTER.into(), Format::Text).expect("it is text");
        let before = Checked { verdict: judge(&source), source };
        let mender = Mender { book: &book, judge: &judge };
        let mut output = anstream::StripStream::new(Vec::new());
        let look = Look { width: 80, unicode: true };
        let terminal = &mut Terminal { input: &mut typed.as_bytes(), output: &mut output, look };
        let (done, ended) = hold(&mender, &before, terminal);
        (String::from_utf8(output.into_inner()).expect("it is text"), done, ended)
    }

    #[test]
    fn each_fault_is_shown_with_its_ways_out() {
        let (shown, mended, ended) = held("5\n2\n1\ns\nq\n");
        assert_data_eq!(
            shown,
            str![[r"
warning[blame]: This puts the blame on the customer.
  ┌─ a.txt:3:98
  │
3 │ …is too small. Your staff ignored our letters. YOU WILL GET ALL…
  │                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

  1  Write instead: “We have not been able to work in the way that you need.”
     (neutral)
  2  Write instead: “We have come to see that we are no longer the right firm
     for what you need.” (warm)
  3  Write instead: “We are not the right firm for this work.” (minimal)
  4  Strike the sentence out
  s  skip   q  stop here, and keep what was chosen
1-4, s or q? type one of 1-4, s or q
1-4, s or q? 
warning[hostile-language]: This sounds hostile.
  ┌─ a.txt:3:174
  │
3 │ …right firm for what you need. YOU WILL GET ALL YOUR PAPERS!!!
  │                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

  1  Write it calmly: “You will get all your papers!”
  s  skip   q  stop here, and keep what was chosen
1, s or q? 
note[missing-goodwill]: The letter offers no gesture of goodwill.
  ┌─ a.txt:5:26
  │
5 │ We wish you all the best.
  │                          ^

  1  Put in: “As a gesture of goodwill we will not charge for [the last month].”
     (neutral)
  2  Put in: “We would like to make the change easier for you: [the last
     invoice] is on us.” (warm)
  3  Put in: “We will refund [the fee].” (minimal)
  s  skip   q  stop here, and keep what was chosen
1-3, s or q? 
warning[missing-alternatives]: The letter shows no way to go on.
  ┌─ a.txt:5:26
  │
5 │ We wish you all the best.
  │                          ^

  1  Put in: “[Name] and [Name] offer the same service and have room for new
     clients.” (neutral)
  2  Put in: “We would be glad to put you in touch with [name], whom we know
     well and trust.” (warm)
  3  Put in: “The [trade body] keeps a list of other providers.” (minimal)
  s  skip   q  stop here, and keep what was chosen
1-3, s or q? 
"]]
        );
        assert_eq!(ended, Ended::Here);
        let text = &mended.checked.source.text;
        assert!(text.contains("right firm for what you need. You will get all your papers!\n"), "{text}");
        assert_eq!(mended.mended, 2);
    }

    #[test]
    fn where_nothing_more_is_typed_nothing_more_is_done() {
        let (_, mended, ended) = held("4\n");
        assert_eq!(ended, Ended::Here);
        assert_eq!(mended.checked.source.text, LETTER.replace(" Your staff ignored our letters.", ""));
        let (_, skipped, ended) = held(&"s\n".repeat(20));
        assert_eq!((skipped.checked.source.text.as_str(), skipped.mended, ended), (LETTER, 0, Ended::Through));
    }
}
