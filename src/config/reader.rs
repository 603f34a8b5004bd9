//! In: tables of a TOML file with their places. Out: values of the kind that was asked for, and a flaw for each that is of
//! another kind. Refuses to stop at the first flaw.

use std::{ops::Range, sync::Arc};

use serde::de::value::{Error as NoValue, StrDeserializer};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::nearest::did_you_mean;
use crate::flaw::Flaw;

/// A key and a value of a table, each with its place.
pub(super) struct Item<'t> {
    pub(super) key: &'t str,
    pub(super) key_at: Range<usize>,
    pub(super) value: &'t DeValue<'t>,
    pub(super) at: Range<usize>,
}

/// Reads values and gathers flaws.
pub(super) struct Reader {
    file: String,
    text: Arc<str>,
    flaws: Vec<Flaw>,
}

impl Reader {
    pub(super) fn new(file: String, text: Arc<str>) -> Reader {
        Reader { file, text, flaws: Vec::new() }
    }

    /// Notes a flaw.
    pub(super) fn flaw(&mut self, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let flaw = self.place(at, message.into(), help.into());
        self.flaws.push(flaw);
    }

    /// A flaw at a place of this file, not noted.
    pub(super) fn place(&self, at: Range<usize>, message: String, help: String) -> Flaw {
        Flaw { file: self.file.clone(), text: self.text.clone(), at, message, help }
    }

    /// All flaws in the order of the file.
    pub(super) fn into_flaws(mut self) -> Vec<Flaw> {
        self.flaws.sort_by_key(|flaw| flaw.at.start);
        self.flaws
    }

    /// The items of a table; keys that are not known are flaws and left out. `None` for known: any key goes.
    pub(super) fn items<'t>(&mut self, table: &'t DeTable<'t>, known: Option<&[&str]>) -> Vec<Item<'t>> {
        let mut items = Vec::new();
        for (key, value) in table {
            let (name, key_at) = (key.get_ref().as_ref(), key.span());
            match known {
                Some(known) if !known.contains(&name) => {
                    self.flaw(key_at, format!("`{name}` is no key that is known here"), did_you_mean(name, known));
                }
                _ => items.push(Item { key: name, key_at, value: value.get_ref(), at: value.span() }),
            }
        }
        items
    }

    fn other_kind(&mut self, item: &Item<'_>, wanted: &str, example: &str) {
        let found = match item.value {
            DeValue::String(_) => "a text in quotes",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        // A table has no place of its own where it is opened by a header.
        let at = if matches!(item.value, DeValue::Table(_)) { item.key_at.clone() } else { item.at.clone() };
        self.flaw(at, format!("`{}` is {found}, it has to be {wanted}", item.key), format!("write `{example}`"));
    }

    pub(super) fn string<'t>(&mut self, item: &Item<'t>, example: &str) -> Option<&'t str> {
        let value = item.value.as_str();
        if value.is_none() {
            self.other_kind(item, "a text in quotes", example);
        }
        value
    }

    pub(super) fn boolean(&mut self, item: &Item<'_>, example: &str) -> Option<bool> {
        let value = item.value.as_bool();
        if value.is_none() {
            self.other_kind(item, "`true` or `false`", example);
        }
        value
    }

    /// A number, zero or more.
    pub(super) fn number(&mut self, item: &Item<'_>, example: &str) -> Option<f32> {
        let written = match item.value {
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number.to_string())
            }
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => {
                self.other_kind(item, "a number", example);
                return None;
            }
        };
        let number = written
            .and_then(|written| written.parse::<f32>().ok())
            .filter(|number| number.is_finite() && *number >= 0.0);
        if number.is_none() {
            self.flaw(
                item.at.clone(),
                format!("`{}` has to be a number that is not below zero", item.key),
                format!("write `{example}`"),
            );
        }
        number
    }

    pub(super) fn table<'t>(&mut self, item: &Item<'t>, example: &str) -> Option<&'t DeTable<'t>> {
        let table = item.value.as_table();
        if table.is_none() {
            self.other_kind(item, "a table", example);
        }
        table
    }

    /// The tables of an array of tables.
    pub(super) fn tables<'t>(&mut self, item: &Item<'t>, example: &str) -> Vec<(&'t DeTable<'t>, Range<usize>)> {
        let tables = item.value.as_array().and_then(|list| {
            list.iter().map(|one| one.get_ref().as_table().map(|table| (table, one.span()))).collect::<Option<Vec<_>>>()
        });
        tables.unwrap_or_else(|| {
            self.other_kind(item, "a list of tables", example);
            Vec::new()
        })
    }

    /// The texts of a list, each with its place.
    pub(super) fn strings(&mut self, item: &Item<'_>, example: &str) -> Vec<(String, Range<usize>)> {
        let Some(list) = item.value.as_array() else {
            self.other_kind(item, "a list of texts", example);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for one in list {
            match one.get_ref().as_str() {
                Some(text) => texts.push((text.to_owned(), one.span())),
                None => self.flaw(
                    one.span(),
                    format!("`{}` has to be a list of texts in quotes", item.key),
                    format!("write `{example}`"),
                ),
            }
        }
        texts
    }

    /// A value out of a few.
    pub(super) fn one_of<'de, T: serde::Deserialize<'de>>(&mut self, item: &Item<'de>, known: &[&str]) -> Option<T> {
        let example = format!("{} = \"{}\"", item.key, known.first().copied().unwrap_or_default());
        let written = self.string(item, &example)?;
        let value = T::deserialize(StrDeserializer::<NoValue>::new(written)).ok();
        if value.is_none() {
            let message = format!("`{written}` is no {} that is known", item.key);
            self.flaw(item.at.clone(), message, did_you_mean(written, known));
        }
        value
    }

    /// The place of a stretch of a text in quotes: exact where it is written without escapes, else the whole text.
    pub(super) fn within(&self, text: &str, at: &Range<usize>, part: Range<usize>) -> Range<usize> {
        let Some(start) = self.text[at.clone()].find(text) else { return at.clone() };
        at.start + start + part.start..at.start + start + part.end
    }
}

/// Takes a TOML text apart; all its syntax errors are noted.
pub(super) fn parse<'t>(text: &'t str, reader: &mut Reader) -> Spanned<DeTable<'t>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().unwrap_or(0..0);
        reader.flaw(at, error.message().trim().to_owned(), "");
    }
    table
}
