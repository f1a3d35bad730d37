//! Taking out what is text and no command: heredocs, here-strings, block comments. Lines and places stay.

use std::ops::Range;

/// How many heredocs may be looked for in vain, each to the end of the text.
const MAX_UNENDED: usize = 16;

/// Blanks out the bodies of the heredocs in `range` of a text for sh or bash.
pub fn heredocs(text: &mut [u8], range: Range<usize>) {
    let (mut at, mut unended, mut lines) = (range.start, 0, Lines::new(range.start));
    while let Some(found) = find(text, at..range.end, b"<<").filter(|_| unended < MAX_UNENDED) {
        at = found + 2;
        let is_here_string = text.get(at) == Some(&b'<');
        if lines.is_comment(text, found) || is_here_string {
            at += usize::from(is_here_string);
            continue;
        }
        let Some(word) = delimiter(text, at..range.end) else { continue };
        let body = line_end(text, at..range.end);
        let mut line = body;
        unended += 1;
        while line < range.end {
            let end = line_end(text, line..range.end);
            if text.get(line..end).is_some_and(|line| line.trim_ascii() == word) {
                blank(text, body..line);
                at = end;
                unended -= 1;
                break;
            }
            line = end;
        }
    }
}

/// Blanks out the block comments and here-strings in `range` of a text for PowerShell.
pub fn powershell_texts(text: &mut [u8], range: Range<usize>) {
    let (mut at, mut unended, mut lines) = (range.start, 0, Lines::new(range.start));
    while let Some(start) =
        memchr::memchr2(b'<', b'@', text.get(at..range.end).unwrap_or_default()).map(|found| at + found)
    {
        at = start + 1;
        let inside = start + 2..range.end;
        let end = match text.get(start..start + 2) {
            _ if unended >= MAX_UNENDED || lines.is_comment(text, start) => continue,
            Some(b"<#") => find(text, inside, b"#>"),
            Some([b'@', quote @ (b'"' | b'\'')]) if is_line_end(text, inside.clone()) => {
                first_on_line(text, inside, [*quote, b'@'])
            }
            _ => continue,
        };
        match end {
            Some(end) => {
                blank(text, start + 2..end);
                at = end + 2;
            }
            None => unended += 1,
        }
    }
}

/// The first `mark` that begins a further line; blanks may stand before it, as they do inside of YAML.
fn first_on_line(text: &[u8], range: Range<usize>, mark: [u8; 2]) -> Option<usize> {
    let mut line = line_end(text, range.clone());
    while line < range.end {
        let end = line_end(text, line..range.end);
        let rest = text.get(line..end)?.trim_ascii_start();
        if rest.starts_with(&mark) {
            return Some(end - rest.len());
        }
        line = end;
    }
    None
}

/// The word behind `<<`: what ends the heredoc.
fn delimiter(text: &[u8], range: Range<usize>) -> Option<Vec<u8>> {
    let rest = text.get(range)?;
    let rest = rest.strip_prefix(b"-").unwrap_or(rest).trim_ascii_start();
    let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let (quote, inside) = match rest.split_first() {
        Some((quote @ (b'\'' | b'"'), inside)) => (Some(*quote), inside),
        _ => (None, rest),
    };
    let is_part = |byte: u8| byte == b'_' || byte == b'-' || byte.is_ascii_alphanumeric();
    let length = inside.iter().take_while(|byte| is_part(**byte)).count();
    let word = inside.get(..length)?;
    let is_closed = quote.is_none() || inside.get(length) == quote.as_ref();
    // A shift in arithmetic is followed by a number.
    let is_word = word.first().is_some_and(|first| !first.is_ascii_digit());
    (is_word && is_closed).then(|| word.to_vec())
}

/// Knows whether places stand in comments: of those that come one behind the other, in one pass however long the lines are.
struct Lines {
    /// Up to where it has looked.
    at: usize,
    /// The first byte of the line that is no blank, if it was met.
    first: Option<u8>,
}

impl Lines {
    fn new(start: usize) -> Self {
        Self { at: start, first: None }
    }

    /// Whether a comment begins on the line of byte `at`, before it.
    fn is_comment(&mut self, text: &[u8], at: usize) -> bool {
        let mut passed = text.get(self.at..at).unwrap_or_default();
        if let Some(end) = memchr::memrchr(b'\n', passed) {
            self.first = None;
            passed = passed.get(end..).unwrap_or_default();
        }
        self.first = self.first.or_else(|| passed.trim_ascii_start().first().copied());
        self.at = at;
        self.first == Some(b'#')
    }
}

/// Whether nothing but blanks stands up to the end of the line.
fn is_line_end(text: &[u8], range: Range<usize>) -> bool {
    let rest = text.get(range).unwrap_or_default();
    rest.iter().find(|byte| **byte == b'\n' || !byte.is_ascii_whitespace()).is_none_or(|byte| *byte == b'\n')
}

/// One past the end of the line on which `range` starts.
fn line_end(text: &[u8], range: Range<usize>) -> usize {
    let end = range.end;
    let start = range.start;
    memchr::memchr(b'\n', text.get(range).unwrap_or_default()).map_or(end, |at| start + at + 1)
}

fn find(text: &[u8], range: Range<usize>, what: &[u8]) -> Option<usize> {
    let start = range.start;
    memchr::memmem::find(text.get(range)?, what).map(|at| start + at)
}

fn blank(text: &mut [u8], range: Range<usize>) {
    for byte in text.get_mut(range).into_iter().flatten() {
        if !matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(mask: impl Fn(&mut [u8], Range<usize>), text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let length = bytes.len();
        mask(&mut bytes, 0..length);
        assert_eq!(bytes.len(), text.len());
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn blanks_heredocs() {
        let table = [
            ("cat <<EOF\na é\nb\nEOF\nc", "cat <<EOF\n    \n \nEOF\nc"),
            ("cat <<-'E F'\na\nE F\nc", "cat <<-'E F'\na\nE F\nc"),
            ("cat <<-'EOF' > x\na\n\tEOF\nc", "cat <<-'EOF' > x\n \n\tEOF\nc"),
            ("cat <<\"A\"\na\nA\ncat << B\nb\nB\n", "cat <<\"A\"\n \nA\ncat << B\n \nB\n"),
            ("cat <<EOF\na", "cat <<EOF\na"),
            ("cat <<<EOF\na\nEOF", "cat <<<EOF\na\nEOF"),
            ("# cat <<EOF\na\nEOF", "# cat <<EOF\na\nEOF"),
            ("x=$((1<<2))\n2\n", "x=$((1<<2))\n2\n"),
        ];
        for (text, expected) in table {
            let got = masked(heredocs, text);
            assert_eq!(got.split_whitespace().collect::<Vec<_>>(), expected.split_whitespace().collect::<Vec<_>>());
            assert_eq!(got.lines().count(), text.lines().count(), "{text}");
        }
    }

    #[test]
    fn blanks_texts_of_powershell() {
        let table = [
            ("<# a\nb #>\nc", "<#    \n  #>\nc"),
            ("$x = @\"\na\n\"@\nb", "$x = @\"\n \n\"@\nb"),
            ("$x = @'\na \"@\n  '@\nb", "$x = @'\n     \n  '@\nb"),
            ("X -A @\"b\"", "X -A @\"b\""),
            ("# <# a\nb", "# <# a\nb"),
            ("<# a", "<# a"),
        ];
        for (text, expected) in table {
            let got = masked(powershell_texts, text);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&got), words(expected), "{text}");
        }
    }
}
