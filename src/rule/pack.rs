//! The knowledge of one language: its folder `rules/LANG/`, compiled.

use std::collections::{BTreeMap, BTreeSet};

use super::{drafts::Drafts, texts::Texts};
use crate::{
    cue::{CueFiles, CueId, CueSet, ExampleReport},
    flaw::{Flaw, TomlFile},
    letter::Forms,
};

/// A language, ready to use.
#[derive(Debug, Default)]
pub struct Pack {
    /// What the letter model needs.
    pub forms: Forms,
    /// What can be heard.
    pub cues: CueSet,
}

impl Pack {
    /// Compiles the files of a language's folder: later files of the same name replace earlier ones. `words` are added to the
    /// classes. Texts and drafts are not kept, only proved: see
    /// [`super::RuleBook::texts`] and [`super::RuleBook::drafts`].
    pub(super) fn compile(files: &[TomlFile], words: &BTreeMap<String, Vec<String>>) -> Result<Pack, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut pack = Pack::default();
        let mut cues = CueFiles { words: words.clone(), ..CueFiles::default() };
        let mut named: BTreeMap<&str, &TomlFile> = BTreeMap::new();
        for file in files {
            let name = file.stem();
            match name {
                "letter" => match Forms::parse(&file.text) {
                    Ok(forms) => pack.forms = forms,
                    Err(error) => flaws.push(file.flaw(error.span().unwrap_or(0..0), error.message(), "")),
                },
                "texts" => flaws.extend(file.parse::<Texts>().err()),
                "drafts" => flaws.extend(file.parse::<Drafts>().err()),
                "derive" => cues.derive = Some(file.clone()),
                _ if name.starts_with("lexicon") => cues.lexicons.push(file.clone()),
                _ => _ = named.insert(name, file),
            }
        }
        cues.cues = named.into_values().cloned().collect();
        if !flaws.is_empty() {
            return Err(flaws);
        }
        pack.cues = CueSet::compile(&cues, &pack.forms)?;
        Ok(pack)
    }

    /// The examples of a cue as a reader sees them: bad ones with the faulty stretch in `«»`, and good ones.
    #[must_use]
    pub fn examples(&self, cue: &str) -> (Vec<String>, Vec<String>) {
        let Some(id) = self.cues.id(cue) else { return (Vec::new(), Vec::new()) };
        let of = |bad: bool| {
            let own = self.cues.examples().iter().filter(|example| example.cue == id && example.bad == bad);
            own.map(|example| example.written.clone()).collect()
        };
        (of(true), of(false))
    }

    /// Tries the examples; see [`CueSet::try_examples`].
    #[must_use]
    pub fn try_examples(&self, rivals: &BTreeSet<CueId>) -> ExampleReport {
        self.cues.try_examples(&self.forms, rivals)
    }
}
