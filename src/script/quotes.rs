//! Which quote is open where: a text in quotes is no command, however many lines it has.

use super::Shell;

/// A quote that is open for more bytes than these is taken for a mistake of the reader.
const MAX_OPEN: usize = 64 << 10;

/// Goes through a script and keeps the quote that is open.
pub struct Quotes<'t> {
    text: &'t [u8],
    shell: Shell,
    at: usize,
    open: Option<(u8, usize)>,
}

impl<'t> Quotes<'t> {
    /// At byte `start` of a script, with no quote open.
    pub fn new(text: &'t str, start: usize, shell: Shell) -> Self {
        Self { text: text.as_bytes(), shell, at: start, open: None }
    }

    /// The quote that is open at byte `to`, and where it stands; `Err` in a comment. Goes forward only.
    pub fn at(&mut self, to: usize) -> Result<Option<(char, usize)>, ()> {
        while self.at < to {
            let Some(byte) = self.text.get(self.at).copied() else { break };
            if self.open.is_some_and(|(_, start)| self.at - start > MAX_OPEN) {
                self.open = None;
            }
            let escape = if self.shell == Shell::PowerShell { b'`' } else { b'\\' };
            match (self.open, byte) {
                (Some((b'\'', _)), b'\'') => self.open = None,
                (Some((b'\'', _)), _) => {}
                (_, byte) if byte == escape => self.at += 1,
                (Some((b'"', _)), b'"') => self.open = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => self.open = Some((byte, self.at)),
                (None, b'#') if self.begins_word() => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let end = memchr::memchr(b'\n', rest).map_or(self.text.len(), |length| self.at + length);
                    if end >= to {
                        return Err(());
                    }
                    self.at = end;
                }
                _ => {}
            }
            self.at += 1;
        }
        Ok(self.open.map(|(quote, start)| (char::from(quote), start)))
    }

    fn begins_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.get(at));
        before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, 0 | b';'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_open_quote() {
        let table = [
            ("a ^", Ok(None)),
            ("echo \"a\n^", Ok(Some('"'))),
            ("echo \"a\n\"; ^", Ok(None)),
            ("echo 'a\\' ^", Ok(None)),
            ("echo \"a\\\"\n^", Ok(Some('"'))),
            ("echo it\\'s\n^", Ok(None)),
            ("# it's\n^", Ok(None)),
            ("# it's ^", Err(())),
            ("a#b 'c\n^", Ok(Some('\''))),
            ("x=\"$(echo \"a\")\"\n^", Ok(None)),
        ];
        for (text, expected) in table {
            let to = text.find('^').unwrap();
            let open = Quotes::new(text, 0, Shell::Posix).at(to);
            assert_eq!(open.map(|open| open.map(|(quote, _)| quote)), expected, "{text}");
        }
        let far = format!("it's{} ", "\n".repeat(MAX_OPEN + 1));
        assert_eq!(Quotes::new(&far, 0, Shell::Posix).at(far.len()), Ok(None));
    }
}
