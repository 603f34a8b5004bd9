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
        kind.skipped |= bare.contains("display:none") || attribute(b"hidden").is_some();
        kind.pre |= bare.contains("white-space:pre")
            && !bare.contains("white-space:pre-line")
            && !bare.contains("white-space:nowrap");
        let classes = attribute(b"class").unwrap_or_default();
        for class in classes.split_ascii_whitespace() {
            match class {
                "gmail_quote" | "moz-cite-prefix" | "moz-forward-container" | "yahoo_quoted" | "protonmail_quote" => {
                    kind.mark = Some(MarkKind::Quoted);
                }
                "gmail_signature" | "moz-signature" | "protonmail_signature_block" => {
                    kind.mark = Some(MarkKind::Signature);
                }
                "OutlookMessageHeader" => kind.rest = true,
                _ => {}
            }
        }
        match attribute(b"id").unwrap_or_default().as_str() {
            "divRplyFwdMsg" => kind.rest = true,
            "Signature" | "ms-outlook-mobile-signature" => kind.mark = Some(MarkKind::Signature),
            _ => {}
        }
        kind
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
