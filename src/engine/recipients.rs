//! Who gets a mail that ends a customer relationship. In: its recipients, and the rules about them. Out: diagnostics. Refuses to
//! judge where nobody knows which house the mail comes from.

use super::{Context, texts, told};
use crate::{
    diagnostic::{Diagnostic, Verdict},
    rule::{Fact, Rule, RuleBook, Texts},
    source::{Field, Mail, Recipient},
};

/// What is wrong with the recipients of a termination letter.
pub(super) fn check(mail: &Mail, book: &RuleBook, context: &Context, verdict: &Verdict) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if mail.from.is_empty() && context.own_domains.is_empty() {
        return found;
    }
    let public = book.rules().iter().flat_map(|rule| &rule.public_domains).map(String::as_str).collect();
    let house = House { mail, context, public };
    let outside: Vec<&Recipient> = mail.recipients.iter().filter(|one| !house.is_own(&one.address)).collect();
    let texts = texts(book, verdict);
    if let Some(rule) = rule(Fact::OutsideCopies, book, context) {
        let third = outside.iter().filter(|one| one.field == Field::Cc && house.is_third(one, &outside));
        found.extend(third.map(|one| told(rule, texts, one.range.clone())));
    }
    if let Some(rule) = rule(Fact::Recipients, book, context) {
        found.extend(too_many(rule, &outside, texts));
    }
    found
}

/// The rule about this, if it holds.
pub(super) fn rule<'b>(fact: Fact, book: &'b RuleBook, context: &Context) -> Option<&'b Rule> {
    book.rules().iter().find(|rule| rule.fact == Some(fact) && rule.enabled && rule.when.holds(context.reason))
}

/// More people than the letter is for.
fn too_many(rule: &Rule, outside: &[&Recipient], texts: Option<&Texts>) -> Option<Diagnostic> {
    let mut people: Vec<&Recipient> = Vec::new();
    for one in outside.iter().filter(|one| one.field != Field::Bcc) {
        if !people.iter().any(|known| known.address == one.address) {
            people.push(one);
        }
    }
    let count = people.len();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a config has no limit below zero")]
    let max = rule.max? as usize;
    let surplus = people.get(max)?;
    let mut told = told(rule, texts, surplus.range.clone());
    told.message = told.message.replace("{count}", &count.to_string());
    told.related = people[max + 1..].iter().map(|one| (one.range.clone(), String::new())).collect();
    Some(told)
}

/// The house from which a mail comes.
struct House<'a> {
    mail: &'a Mail,
    context: &'a Context,
    /// Domains at which anybody may have an address.
    public: Vec<&'a str>,
}

impl House<'_> {
    fn is_own(&self, address: &str) -> bool {
        let domain = domain(address);
        self.mail.from.iter().any(|from| from == address || self.are_one_house(domain, self::domain(from)))
            || self.context.own_domains.iter().any(|own| own == address || is_within(domain, own))
    }

    /// Whether this recipient is neither the one to whom the letter is written nor of their house.
    fn is_third(&self, one: &Recipient, outside: &[&Recipient]) -> bool {
        let mut written_to = outside.iter().filter(|other| other.field == Field::To).peekable();
        // Where the letter is written to nobody outside, the copy is the letter.
        written_to.peek().is_some()
            && !written_to.any(|other| {
                other.address == one.address || self.are_one_house(domain(&one.address), domain(&other.address))
            })
    }

    fn are_one_house(&self, one: &str, other: &str) -> bool {
        !self.public.contains(&one) && !self.public.contains(&other) && (is_within(one, other) || is_within(other, one))
    }
}

fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

/// Whether the domain is this one or lies below it.
fn is_within(domain: &str, above: &str) -> bool {
    domain.strip_suffix(above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
