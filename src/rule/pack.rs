//! The knowledge of one language: its folder `rules/LANG/`, compiled.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{drafts::Drafts, texts::Texts};
use crate::{
    cue::{Compiled, CueFiles, CueId, CueSet, ExampleReport},
    flaw::{Flaw, TomlFile},
    letter::Forms,
    weights::Weights,
};

/// A language, ready to use. Can be written down and read again in little time.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Pack {
    /// What the letter model needs.
    pub forms: Forms,
    /// What can be heard.
    pub cues: CueSet,
    /// What words weigh.
    pub weights: Weights,
}

/// The files of a language's folder, compiled, and all that is needed to try their examples.
#[derive(Debug, Default)]
pub struct Trial {
    forms: Forms,
    compiled: Compiled,
    weights: Weights,
}

impl Trial {
    /// Compiles the files of a language's folder: later files of the same name replace earlier ones. `words` are added to the
    /// classes. Texts and drafts are not kept, only proved.
    ///
    /// # Errors
    /// Every flaw of the files.
    pub fn compile(files: &[TomlFile], words: &BTreeMap<String, Vec<String>>) -> Result<Trial, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let mut trial = Trial::default();
        let mut cues = CueFiles { words: words.clone(), ..CueFiles::default() };
        let mut named: BTreeMap<&str, &TomlFile> = BTreeMap::new();
        for file in files {
            let name = file.stem();
            match name {
                "letter" => match Forms::parse(&file.text) {
                    Ok(forms) => trial.forms = forms,
                    Err(error) => flaws.push(file.flaw(error.span().unwrap_or(0..0), error.message(), "")),
                },
                "texts" => flaws.extend(file.parse::<Texts>().err()),
                "drafts" => flaws.extend(file.parse::<Drafts>().err()),
                "weights" => match Weights::read(file) {
                    Ok(weights) => trial.weights = weights,
                    Err(flaw) => flaws.push(flaw),
                },
                "derive" => cues.derive = Some(file.clone()),
                _ if name.starts_with("lexicon") => cues.lexicons.push(file.clone()),
                _ => _ = named.insert(name, file),
            }
        }
        cues.cues = named.into_values().cloned().collect();
        if !flaws.is_empty() {
            return Err(flaws);
        }
        trial.compiled = CueSet::compile(&cues, &trial.forms)?;
        Ok(trial)
    }

    /// The cues.
    #[must_use]
    pub fn cues(&self) -> &CueSet {
        &self.compiled.cues
    }

    /// Tries the examples; see [`Compiled::try_examples`].
    #[must_use]
    pub fn try_examples(&self, rivals: &BTreeSet<CueId>) -> ExampleReport {
        self.compiled.try_examples(&self.forms, rivals)
    }

    /// What is left when all is tried.
    #[must_use]
    pub fn into_pack(self) -> Pack {
        Pack { forms: self.forms, cues: self.compiled.cues, weights: self.weights }
    }
}
