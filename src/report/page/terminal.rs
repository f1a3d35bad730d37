//! A page laid out for a terminal.

use super::inline::{Style, pieces};
use crate::report::text::visible;

/// Text is not laid out wider than this many characters: longer lines are hard to read.
const WIDEST: usize = 100;
/// Narrower screens are treated as this wide.
const NARROWEST: usize = 30;

/// How a page looks. Chosen by the caller: nothing here reads the environment.
#[derive(Clone, Copy, Debug)]
pub struct PageOptions {
    /// Whether to write ANSI colours.
    pub color: bool,
    /// Characters a line has.
    pub width: usize,
}

impl Default for PageOptions {
    /// No colours, 100 characters.
    fn default() -> Self {
        Self { color: false, width: WIDEST }
    }
}

/// The page as text for a terminal: headings, paragraphs, lists and code.
pub fn render(page: &str, options: &PageOptions) -> String {
    let width = options.width.clamp(NARROWEST, WIDEST);
    let mut layout = Layout { color: options.color, width, text: String::new() };
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            layout.blank();
        } else if line.starts_with("```") {
            for code in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                layout.code(code);
            }
        } else if let Some(heading) = line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
            layout.heading(heading);
        } else if let Some(item) = line.strip_prefix("- ") {
            layout.prose("- ", "  ", item);
        } else {
            let mut paragraph = line.to_owned();
            while let Some(next) = lines.next_if(|next| !starts_block(next)) {
                paragraph.push(' ');
                paragraph.push_str(next.trim());
            }
            layout.prose("", "", &paragraph);
        }
    }
    let end = layout.text.trim_end().len();
    layout.text.truncate(end);
    layout.text.push('\n');
    layout.text
}

fn starts_block(line: &str) -> bool {
    line.trim().is_empty() || ["#", "- ", "```"].iter().any(|start| line.starts_with(start))
}

struct Layout {
    color: bool,
    width: usize,
    text: String,
}

impl Layout {
    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn heading(&mut self, heading: &str) {
        let heading = self.painted(Style::Strong, &super::plain(heading));
        self.text.push_str(&heading);
        self.text.push('\n');
    }

    fn code(&mut self, line: &str) {
        let line = self.painted(Style::Code, &visible(line));
        self.text.push_str("    ");
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// Text broken at blanks; `first` stands before its first line, `rest` before the others.
    fn prose(&mut self, first: &str, rest: &str, text: &str) {
        self.text.push_str(first);
        let mut column = first.chars().count();
        let mut at_start = true;
        for word in words(text) {
            let length: usize = word.iter().map(|(_, text)| text.chars().count()).sum();
            if !at_start && column + 1 + length > self.width {
                self.text.push('\n');
                self.text.push_str(rest);
                column = rest.chars().count();
                at_start = true;
            }
            if !at_start {
                self.text.push(' ');
                column += 1;
            }
            for (style, part) in word {
                let part = self.painted(style, &part);
                self.text.push_str(&part);
            }
            column += length;
            at_start = false;
        }
        self.text.push('\n');
    }

    fn painted(&self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Strong => "1",
            Style::Code => "36",
            Style::Plain => "",
        };
        if self.color && !code.is_empty() && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// A paragraph's words, each in parts of one style. A link to a page elsewhere is followed by its address.
fn words(text: &str) -> Vec<Vec<(Style, String)>> {
    let mut words: Vec<Vec<(Style, String)>> = vec![Vec::new()];
    let mut add = |style: Style, text: &str| {
        for (index, part) in visible(text).split(' ').enumerate() {
            if index > 0 {
                words.push(Vec::new());
            }
            if let Some(word) = words.last_mut().filter(|_| !part.is_empty()) {
                word.push((style, part.to_owned()));
            }
        }
    };
    for piece in pieces(text) {
        add(piece.style, &piece.text);
        if let Some(address) = piece.link.filter(|link| link.contains("://") && *link != piece.text) {
            add(Style::Plain, &format!(" ({address})"));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{pack, pages};

    #[test]
    fn lays_pages_out() {
        let page = "# A B\n\nOne two `three four` five\nsix, see [AKS1](AKS1.md).\n\n## List\n\n- a **b** c d e f g h i j k l m n o\n- [p](https://x.y)\n\n```json fail\n{\n  \"a\": 1 }\n```\n";
        let plain = render(page, &PageOptions { color: false, width: 30 });
        let expected = "A B\n\nOne two three four five six,\nsee AKS1.\n\nList\n\n- a b c d e f g h i j k l m n\n  o\n- p (https://x.y)\n\n    {\n      \"a\": 1 }\n";
        assert_eq!(plain, expected);
        let coloured = render(page, &PageOptions { color: true, width: 30 });
        assert!(coloured.starts_with("\u{1b}[1mA B\u{1b}[0m\n"));
        let mut bare = coloured;
        for code in ["\u{1b}[1m", "\u{1b}[36m", "\u{1b}[0m"] {
            bare = bare.replace(code, "");
        }
        assert_eq!(bare, expected, "colours change nothing else");
    }

    #[test]
    fn every_page_can_be_laid_out() {
        for rule in &pack::embedded().rules {
            let text = render(pages::page(rule.reference()).unwrap(), &PageOptions { color: false, width: 60 });
            let prose = text.lines().filter(|line| !line.starts_with("    "));
            for line in prose {
                let is_long = line.chars().count() > 60 && line.trim_start_matches(['-', ' ']).contains(' ');
                assert!(!is_long && !line.contains("](") && !line.contains("```"), "{}: {line}", rule.reference());
            }
        }
    }
}
