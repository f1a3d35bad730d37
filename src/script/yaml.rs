//! The scripts inside of pipeline files: which texts of a YAML file are run, and by which shell.
//!
//! Each text is laid bare in place: what YAML adds to it (quotes, escapes, folded ends of lines) is replaced by as many bytes, so that
//! a byte of the result stands where it stands in the file.

use super::cursor::FILLER;
use super::{Block, Shell};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::ops::Range;

/// How deeply lists and mappings may be nested.
const MAX_DEPTH: usize = 256;

/// Keys whose values are words for people.
const WORDS: [&str; 15] = [
    "name",
    "displayname",
    "description",
    "title",
    "summary",
    "message",
    "label",
    "help",
    "comment",
    "notes",
    "text",
    "example",
    "examples",
    "short-summary",
    "long-summary",
];

/// The texts of a YAML file that may be scripts: the file's text with everything else blanked out, and where they are. Behind what is
/// not YAML nothing is found.
pub fn scripts(text: &str) -> (Vec<u8>, Vec<Block>) {
    let mut reader = Reader {
        text,
        offsets: Offsets::new(text),
        bare: text.bytes().map(|byte| if byte == b'\r' { b'\r' } else { b'\n' }).collect(),
        blocks: Vec::new(),
        open: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        if reader.open.len() > MAX_DEPTH {
            break;
        }
        let range = reader.offsets.byte(span.start.index())..reader.offsets.byte(span.end.index());
        reader.take(event, range);
    }
    while !reader.open.is_empty() {
        reader.close();
    }
    (reader.bare, reader.blocks)
}

/// Turns numbers of characters into numbers of bytes.
struct Offsets {
    /// Byte offset of each character; empty where all characters are one byte long.
    bytes: Vec<u32>,
    len: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes =
            if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(byte, _)| byte as u32).collect() };
        Self { bytes, len: text.len() }
    }

    fn byte(&self, index: usize) -> usize {
        let byte =
            if self.bytes.is_empty() { index } else { self.bytes.get(index).map_or(self.len, |byte| *byte as usize) };
        byte.min(self.len)
    }
}

/// A list or mapping that is open.
struct Open {
    is_map: bool,
    /// The key whose value comes next.
    key: Option<String>,
    /// What the mapping says of the shell that runs its scripts.
    shell: Option<Shell>,
    /// The numbers of the blocks that stand in it.
    blocks: Vec<usize>,
}

struct Reader<'t> {
    text: &'t str,
    offsets: Offsets,
    bare: Vec<u8>,
    blocks: Vec<Block>,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let written = self.text.get(range.clone()).unwrap_or_default();
                let before = if anchor != 0 || tag.is_some() { behind_properties(written, style) } else { 0 };
                self.scalar(&value, style, range.start + before..range.end);
            }
            Event::SequenceStart(..) => self.begin(false),
            Event::MappingStart(..) => self.begin(true),
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(_) => self.value_is_over(),
            _ => {}
        }
    }

    fn begin(&mut self, is_map: bool) {
        self.open.push(Open { is_map, key: None, shell: None, blocks: Vec::new() });
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(shell) = open.shell {
            for block in &open.blocks {
                if let Some(block) = self.blocks.get_mut(*block) {
                    block.shell = shell;
                }
            }
        }
        // A list belongs to the mapping around it.
        if let (false, Some(around)) = (open.is_map, self.open.last_mut()) {
            around.blocks.extend(open.blocks);
        }
        self.value_is_over();
    }

    fn value_is_over(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.key = None;
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, range: Range<usize>) {
        if let Some(open) = self.open.last_mut().filter(|open| open.is_map && open.key.is_none()) {
            open.key = Some(value.to_ascii_lowercase());
            return;
        }
        let key = self.open.iter().rev().find_map(|open| open.key.clone()).unwrap_or_default();
        let said = match key.as_str() {
            "shell" | "scripttype" => shell_called(value),
            _ => None,
        };
        if let Some(open) = self.open.last_mut() {
            open.shell = said.or(open.shell);
        }
        if said.is_none() && value.contains(' ') && !WORDS.contains(&key.as_str()) {
            let shell = if matches!(key.as_str(), "pwsh" | "powershell") { Shell::PowerShell } else { Shell::Posix };
            self.lay_bare(style, range.clone());
            if let Some(open) = self.open.last_mut() {
                open.blocks.push(self.blocks.len());
            }
            self.blocks.push(Block { range, shell });
        }
        self.value_is_over();
    }

    /// Copies a text without what YAML adds to it.
    fn lay_bare(&mut self, style: ScalarStyle, range: Range<usize>) {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let bytes = match style {
            ScalarStyle::Literal => written.as_bytes().to_vec(),
            ScalarStyle::Folded | ScalarStyle::Plain => folded(written.as_bytes().to_vec()),
            ScalarStyle::SingleQuoted => folded(single_quoted(written)),
            ScalarStyle::DoubleQuoted => double_quoted(written),
        };
        if let Some(place) = self.bare.get_mut(range)
            && place.len() == bytes.len()
        {
            place.copy_from_slice(&bytes);
        }
    }
}

/// The shell that a key `shell` or `scriptType` names.
fn shell_called(name: &str) -> Option<Shell> {
    let name = name.trim().to_ascii_lowercase();
    let program = name.split_whitespace().next().unwrap_or_default();
    match program {
        "pwsh" | "powershell" | "ps" | "pscore" => Some(Shell::PowerShell),
        "bash" | "sh" => Some(Shell::Posix),
        _ => None,
    }
}

/// How many bytes the anchor and the tag of a text take, and behind them the header of a block.
fn behind_properties(written: &str, style: ScalarStyle) -> usize {
    let mut rest = written;
    while rest.starts_with(['&', '!']) {
        rest = rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
    }
    if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
        rest = rest.split_once('\n').map_or("", |(_, block)| block);
    }
    written.len() - rest.len()
}

/// Single ends of lines become blanks, as YAML folds them; next to an empty line they stay. Lines that are indented more, which YAML
/// keeps apart, are folded too: nobody indents another command.
fn folded(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()) {
        let end = at + found;
        let next = bytes.get(end + 1..).unwrap_or_default();
        let blanks = next.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let breaks = next.iter().take(blanks).filter(|byte| **byte == b'\n').count();
        if breaks == 0 {
            bytes.iter_mut().skip(end.saturating_sub(1)).take(2).for_each(|byte| {
                if matches!(*byte, b'\r' | b'\n') {
                    *byte = b' ';
                }
            });
            at = end + 1;
        } else {
            at = end + 1 + blanks;
        }
    }
    bytes
}

fn single_quoted(written: &str) -> Vec<u8> {
    let last = written.len().saturating_sub(1);
    let mut is_escape = false;
    let lay_bare = |(at, byte): (usize, u8)| {
        is_escape = byte == b'\'' && !is_escape;
        if is_escape && (at == 0 || at == last || byte == b'\'') { FILLER } else { byte }
    };
    let mut bytes: Vec<u8> = written.bytes().enumerate().map(lay_bare).collect();
    unquote(&mut bytes);
    bytes
}

/// Takes the first and the last byte for quotes.
fn unquote(bytes: &mut [u8]) {
    if let Some(first) = bytes.first_mut() {
        *first = FILLER;
    }
    if let Some(last) = bytes.last_mut() {
        *last = FILLER;
    }
}

/// An escaped end of line stands for nothing, nor do the blanks behind it.
fn join_lines(bytes: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let escape = at + found;
        let behind = bytes.get(escape + 1..).unwrap_or_default();
        let is_line_end = behind.starts_with(b"\n") || behind.starts_with(b"\r\n");
        let blanks = behind.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let length = if is_line_end { blanks + 1 } else { 0 };
        bytes.iter_mut().skip(escape).take(length).for_each(|byte| *byte = FILLER);
        at = escape + length.max(2);
    }
}

fn double_quoted(written: &str) -> Vec<u8> {
    let mut bytes = written.as_bytes().to_vec();
    unquote(&mut bytes);
    join_lines(&mut bytes);
    let mut bytes = folded(bytes);
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..).unwrap_or_default()) {
        let escape = at + found;
        let stands_for = match bytes.get(escape + 1) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(byte) => *byte,
            None => break,
        };
        for (place, byte) in bytes.iter_mut().skip(escape).zip([FILLER, stands_for]) {
            *place = byte;
        }
        at = escape + 2;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts that may be scripts, with fillers as `~` and folded as they are; `ps:` before those for PowerShell.
    fn found(yaml: &str) -> Vec<String> {
        let (bare, blocks) = scripts(yaml);
        assert_eq!(bare.len(), yaml.len());
        let show = |block: &Block| {
            let text = String::from_utf8(bare[block.range.clone()].to_vec()).unwrap().replace('\0', "~");
            let lines: Vec<_> =
                text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            let shell = if block.shell == Shell::PowerShell { "ps:" } else { "" };
            format!("{shell}{}", lines.join("/").trim_matches('/'))
        };
        blocks.iter().map(show).collect()
    }

    #[test]
    fn finds_scripts() {
        let table: [(&str, &[&str]); 17] = [
            ("run: az aks x", &["az aks x"]),
            ("steps:\n  - run: |\n      a b \\\n        c\n      d\n  - run: e f\n", &["a b \\/c/d", "e f"]),
            ("run: |2-\n    a b\n", &["a b"]),
            ("run: >\n  a\n  b\n\n  c d\n", &["a b//c d"]),
            ("run: a\n  b\n  c\nx: y", &["a b c"]),
            ("run: 'a ''b''\n  c'", &["~a ~'b~' c~"]),
            ("run: \"a \\\"b\\\"\\n c\\\n  d\"", &["~a ~\"b~\"~/c~~~~d~"]),
            ("- pwsh: a b\n- bash: a b", &["ps:a b", "a b"]),
            ("- shell: pwsh\n  run: a b\n- run: a b\n  shell: powershell -File {0}", &["ps:a b", "ps:a b"]),
            ("- task: X\n  inputs:\n    scriptType: pscore\n    inlineScript: |\n      a b", &["ps:a b"]),
            ("- name: az aks create\n  displayName: a b\n  run: c d", &["c d"]),
            ("deploy:\n  script:\n    - a b\n    - c d", &["a b", "c d"]),
            ("run: a\nb: [a b, {c: d e}]", &["a b", "d e"]),
            ("a: &x |\n  b c\nd: *x\nrun: e f", &["b c", "e f"]),
            ("run: !x &y 'a b'\nrun: &z !x\n  c d\nrun: |\n  ! a\n  &b", &["~a b~", "c d", "! a/&b"]),
            ("ä: ö ü\nrun: é à", &["ö ü", "é à"]),
            ("run: a b\nc: ]\nrun: d e", &["a b"]),
        ];
        for (yaml, expected) in table {
            assert_eq!(found(yaml), expected, "{yaml}");
        }
    }
}
