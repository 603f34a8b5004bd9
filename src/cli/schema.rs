//! `partwell rules schema`. In: what to describe. Out: its JSON Schema, made of the very shapes that read or write it. Refuses to
//! describe what programs do not write: the letter model and derivation tables are for the authors of languages.

use std::{collections::BTreeMap, path::Path};

use clap::ValueEnum as _;
use schemars::{Schema, schema_for};
use serde_json::json;

use super::{
    Outcome,
    files::{self, Write},
    screen::Screen,
    starting::{RulesSchema, SchemaOf},
};
use crate::{
    config::ConfigFile,
    cue::{ClassFile, CueFile},
    report::{json as report, text},
    rule::{Drafts, Rule, RuleBook, Texts},
};

pub(super) fn run(args: &RulesSchema, screen: &mut Screen) -> Outcome {
    if let Some(of) = args.of {
        screen.data(&schema(of));
    }
    let Some(folder) = &args.folder else { return Outcome::Clean };
    match files::folder(folder).and_then(|()| write_all(folder)) {
        Ok(()) => Outcome::Clean,
        Err(problem) => {
            let look = screen.look();
            screen.error(&text::problem(&problem, &[], look));
            Outcome::Failed
        }
    }
}

/// Writes all schemas into a folder.
pub(super) fn write_all(folder: &Path) -> Result<(), String> {
    for of in SchemaOf::value_variants() {
        let name = of.to_possible_value().expect("each has a name").get_name().to_owned();
        files::write(&folder.join(format!("{name}.schema.json")), &schema(*of), Write::Over)?;
    }
    Ok(())
}

fn schema(of: SchemaOf) -> String {
    let schema = match of {
        SchemaOf::Config => with_rule_ids(schema_for!(ConfigFile)),
        SchemaOf::Rule => schema_for!(Rule),
        SchemaOf::Cue => schema_for!(CueFile),
        SchemaOf::Lexicon => schema_for!(BTreeMap<String, ClassFile>),
        SchemaOf::Texts => schema_for!(Texts),
        SchemaOf::Drafts => schema_for!(Drafts),
        SchemaOf::Report => schema_for!(report::Report),
    };
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}

/// Names the shipped rules in the table of rules, so that an editor can complete them; a house's own rules stay possible.
fn with_rule_ids(mut schema: Schema) -> Schema {
    let book = RuleBook::shipped();
    let texts = book.texts("en");
    let title = |id: &str| texts.and_then(|texts| texts.rule(id)).map_or_else(String::new, |text| text.title.clone());
    let known = book.rules().iter().map(|rule| {
        let about = json!({ "$ref": "#/$defs/RuleTable", "description": title(&rule.id) });
        (rule.id.clone(), about)
    });
    let known: serde_json::Map<_, _> = known.collect();
    let table = schema.pointer_mut("/properties/rules").and_then(serde_json::Value::as_object_mut);
    table.expect("the config has rules").insert("properties".to_owned(), known.into());
    schema
}
