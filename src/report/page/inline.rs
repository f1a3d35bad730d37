//! What stands inside a paragraph: code, emphasis and links.

/// How a piece of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Code,
    Strong,
}

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) style: Style,
    pub(super) text: String,
    /// Where a link leads.
    pub(super) link: Option<String>,
}

/// The pieces of a paragraph, in order. What is not closed is plain text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = match first {
            '`' => between(rest, "`", "`").map(|(text, after)| (Style::Code, text, None, after)),
            '*' => between(rest, "**", "**").map(|(text, after)| (Style::Strong, text, None, after)),
            '[' => link(rest).map(|(text, target, after)| (Style::Plain, text, Some(target), after)),
            _ => None,
        };
        match found {
            Some((style, text, link, after)) => {
                flush(&mut plain, &mut pieces);
                let text = text.trim_matches('`').to_owned();
                pieces.push(Piece { style, text, link: link.map(str::to_owned) });
                rest = after;
            }
            None => {
                plain.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    flush(&mut plain, &mut pieces);
    pieces
}

fn flush(plain: &mut String, pieces: &mut Vec<Piece>) {
    if !plain.is_empty() {
        pieces.push(Piece { style: Style::Plain, text: std::mem::take(plain), link: None });
    }
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<(&'t str, &'t str)> {
    text.strip_prefix(open)?.split_once(close).filter(|(inside, _)| !inside.is_empty())
}

/// `[text](target)` at the start of `text`: text, target, and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (inside, after) = between(text, "[", "](")?;
    let (target, after) = after.split_once(')')?;
    let is_target = !inside.contains('[') && !target.contains(char::is_whitespace);
    is_target.then_some((inside, target, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_pieces_apart() {
        let show = |text: &str| {
            let shown = |piece: Piece| match (piece.style, piece.link) {
                (_, Some(link)) => format!("<{} to {link}>", piece.text),
                (Style::Plain, None) => piece.text,
                (style, None) => format!("<{} {style:?}>", piece.text),
            };
            pieces(text).into_iter().map(shown).collect::<String>()
        };
        let table = [
            ("a `b` **c** [d](e)", "a <b Code> <c Strong> <d to e>"),
            ("`[parameters('x')]`(y)", "<[parameters('x')] Code>(y)"),
            ("`a", "`a"),
            ("a[0] (b)", "a[0] (b)"),
            ("[`x`](y).", "<x to y>."),
            ("ü **", "ü **"),
        ];
        for (text, expected) in table {
            assert_eq!(show(text), expected, "{text}");
        }
    }
}
