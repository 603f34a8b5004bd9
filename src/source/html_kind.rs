//! In: the name and the attributes of an HTML element. Out: what it means for the text. Refuses to read anything but these.

use super::MarkKind;

/// What an element means for the text in it.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent properties, all combinations exist")]
pub(super) struct Kind {
    /// Starts and ends a paragraph.
    pub(super) block: bool,
    /// Has no content and no end tag.
    pub(super) void: bool,
    /// Is not shown.
    pub(super) skipped: bool,
    /// Keeps its line ends.
    pub(super) pre: bool,
    /// Is a list.
    pub(super) list: bool,
    /// Is an item of a list.
    pub(super) item: bool,
    /// Begins quoted mail that goes on behind it to the end of the page.
    pub(super) rest: bool,
    /// What is to be said about its text.
    pub(super) mark: Option<MarkKind>,
}

impl Kind {
    /// The meaning of an element whose attributes can be asked for by name.
    pub(super) fn of(name: &[u8], attribute: impl Fn(&[u8]) -> Option<String>) -> Kind {
        let mut kind = Kind::of_name(name);
        let style = attribute(b"style").unwrap_or_default();
        let bare: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        kind.skipped |= ["display:none", "visibility:hidden", "mso-hide:all"].iter().any(|hides| bare.contains(hides))
            || attribute(b"hidden").is_some();
        kind.pre |= bare.contains("white-space:pre")
            && !bare.contains("white-space:pre-line")
            && !bare.contains("white-space:nowrap");
        // The rule that Outlook draws above the header of the mail that is answered: nothing else marks it.
        kind.rest |= name == b"div" && bare.contains("border:none;border-top:solid") && bare.contains("padding:3.0pt0");
        for class in attribute(b"class").unwrap_or_default().split_ascii_whitespace() {
            kind.be(of_class(class));
        }
        kind.be(of_id(&attribute(b"id").unwrap_or_default()));
        // Zimbra draws a rule above the mail that is answered.
        if matches!(attribute(b"data-marker").as_deref(), Some("__DIVIDER__" | "__HEADERS__")) {
            kind.rest = true;
        }
        kind
    }

    fn be(&mut self, meaning: Option<Meaning>) {
        match meaning {
            Some(Meaning::Mark(mark)) => self.mark = Some(mark),
            Some(Meaning::Rest) => self.rest = true,
            None => {}
        }
    }

    fn of_name(name: &[u8]) -> Kind {
        let block = Kind { block: true, ..Kind::default() };
        match name {
            b"area" | b"base" | b"col" | b"embed" | b"img" | b"input" | b"link" | b"meta" | b"param" | b"source"
            | b"wbr" => Kind { void: true, ..Kind::default() },
            b"hr" => Kind { void: true, ..block },
            b"head" | b"title" | b"style" | b"script" | b"template" | b"textarea" | b"select" | b"svg" | b"object"
            | b"noframes" => Kind { skipped: true, ..Kind::default() },
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Kind { mark: Some(MarkKind::Heading), ..block },
            b"blockquote" => Kind { mark: Some(MarkKind::Quoted), ..block },
            b"ul" | b"ol" => Kind { list: true, ..block },
            // The writer puts an item on a line of its own; more would be a paragraph.
            b"li" => Kind { item: true, mark: Some(MarkKind::ListItem), ..block },
            b"pre" => Kind { pre: true, ..block },
            b"address" | b"article" | b"aside" | b"body" | b"center" | b"dd" | b"details" | b"div" | b"dl" | b"dt"
            | b"fieldset" | b"figure" | b"footer" | b"form" | b"header" | b"html" | b"main" | b"menu" | b"nav"
            | b"p" | b"section" | b"summary" | b"table" | b"tbody" | b"td" | b"tfoot" | b"th" | b"thead" | b"tr" => {
                block
            }
            _ => Kind::default(),
        }
    }
}

/// What a mail program says with a class or an id.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Mark(MarkKind),
    /// Quoted mail that goes on behind the element.
    Rest,
}

/// Classes that mail programs give to quoted mail and to signatures. Outlook puts `x_` before those of others.
fn of_class(class: &str) -> Option<Meaning> {
    match class.strip_prefix("x_").unwrap_or(class) {
        "gmail_quote"
        | "gmail_attr"
        | "moz-cite-prefix"
        | "moz-forward-container"
        | "moz-email-headers-table"
        | "yahoo_quoted"
        | "protonmail_quote"
        | "tutanota_quote"
        | "zmail_extra"
        | "ms-outlook-mobile-reference-message" => Some(Meaning::Mark(MarkKind::Quoted)),
        "gmail_signature"
        | "gmail_signature_prefix"
        | "moz-signature"
        | "protonmail_signature_block"
        | "-x-evo-signature" => Some(Meaning::Mark(MarkKind::Signature)),
        "OutlookMessageHeader" => Some(Meaning::Rest),
        _ => None,
    }
}

/// The same for ids.
fn of_id(id: &str) -> Option<Meaning> {
    match id.strip_prefix("x_").unwrap_or(id) {
        "divRplyFwdMsg" | "zwchr" => Some(Meaning::Rest),
        "mail-editor-reference-message-container" | "OLK_SRC_BODY_SECTION" | "reply-intro" => {
            Some(Meaning::Mark(MarkKind::Quoted))
        }
        "Signature" | "signature" | "ms-outlook-mobile-signature" | "AppleMailSignature" | "_rc_sig" => {
            Some(Meaning::Mark(MarkKind::Signature))
        }
        _ => None,
    }
}
