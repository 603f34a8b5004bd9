//! In: the lines of a letter whose opening is known. Out: its sign-off, signature, postscript and disclaimer. Refuses to look
//! further up than the last lines.

use super::lines::{self, Line, Look};
use super::signed::{self, Closing};
use super::{Forms, PartKind};

/// Lines at the end among which postscripts and disclaimers are looked for.
const LAST_LINES: usize = 40;

/// Marks the end of the letter.
pub(super) fn mark(text: &str, lines: &mut Vec<Line>, forms: &Forms) {
    let own = |line: &Line| line.is_open() || line.kind == Some(PartKind::ListItem);
    let mut last: Vec<usize> = (0..lines.len()).rev().filter(|&at| own(&lines[at])).take(LAST_LINES).collect();
    last.reverse();
    let body_begins = lines.iter().position(own) == last.first().copied();
    let context = Context { text, forms, body_begins };
    let end = context.mark_disclaimer(lines, &last);
    context.mark_name_behind_dash(lines, &last[..end]);
    let last: Vec<usize> = last[..end].iter().copied().filter(|&at| own(&lines[at])).collect();
    let last = last.as_slice();
    let Some(postscript) = context.postscript(lines, last) else {
        if let Some(closing) = context.closing(lines, last) {
            closing.apply(lines);
        }
        return;
    };
    let block = last[postscript + 1..].iter().position(|&at| lines[at].after_blank);
    let behind = block.map_or(last.len(), |more| postscript + 1 + more);
    let above = context.closing(lines, &last[..postscript]);
    // Where nobody has signed above the postscript, somebody may have below it.
    let below = if above.is_none() { context.closing(lines, &last[behind..]) } else { None };
    let until = if below.is_some() { behind } else { last.len() };
    for &at in &last[postscript..until] {
        lines[at].kind = Some(PartKind::Postscript);
    }
    lines[last[postscript]].starts = true;
    if let Some(closing) = above.or(below) {
        closing.apply(lines);
    }
}

struct Context<'a> {
    text: &'a str,
    forms: &'a Forms,
    /// The first of the last lines is the first of the body: it cannot be a signature.
    body_begins: bool,
}

impl Context<'_> {
    fn closing(&self, lines: &[Line], last: &[usize]) -> Option<Closing> {
        let greeted = lines.iter().any(|line| line.kind == Some(PartKind::Salutation));
        signed::find(self.text, lines, last, self.forms, self.body_begins && !greeted)
    }

    /// "- Tom" below the letter is no list: a name.
    fn mark_name_behind_dash(&self, lines: &mut [Line], last: &[usize]) {
        let &[.., above, at] = last else { return };
        let sole = lines[at].kind == Some(PartKind::ListItem) && lines[above].kind.is_none() && lines[at].after_blank;
        if !sole {
            return;
        }
        let look = Look::at(self.text, lines[at].range.clone(), self.forms);
        if look.count() <= 3 && look.capitals() > 0 && !look.ends_with(&['.', '!', '?', ',', ';']) {
            lines[at].kind = Some(PartKind::Signature);
        }
    }

    /// Marks legal boilerplate below the signature; gives how many of the last lines stand above it.
    fn mark_disclaimer(&self, lines: &mut [Line], last: &[usize]) -> usize {
        for nth in 1..last.len() {
            let line = &lines[last[nth]];
            let signed = || self.closing(lines, &last[..nth]).is_some();
            let alone = || nth + 1 == last.len() && Look::at(self.text, line.range.clone(), self.forms).count() <= 8;
            if (line.after_blank || line.starts || lines[last[nth] - 1].skipped)
                && lines::begins(self.text, &line.range, self.forms, &self.forms.disclaimers)
                && (alone() || signed())
            {
                for &at in &last[nth..] {
                    lines[at].kind = Some(PartKind::Disclaimer);
                }
                return nth;
            }
        }
        last.len()
    }

    /// The first of these lines that begins a postscript.
    fn postscript(&self, lines: &[Line], last: &[usize]) -> Option<usize> {
        (1..last.len()).find(|&nth| {
            let written = &self.text[lines[last[nth]].range.clone()];
            let label = written.split([':', ',', '-', '–', '—']).next().unwrap_or_default();
            // "P.S.", "P. S.", "PS"; the label may be followed by words without any mark.
            let dense: String = label.split_whitespace().take(2).collect::<String>().replace('.', "");
            let first = label.split_whitespace().next().unwrap_or_default().replace('.', "");
            [dense, first]
                .iter()
                .any(|label| label.len() <= 60 && self.forms.postscripts.has(&self.forms.fold_word(label)))
        })
    }
}
