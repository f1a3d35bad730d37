//! The arguments of a command as PowerShell splits them.

use super::cursor::Cursor;
use super::shell::Split;
use super::word::{Letter, What, Word};
use crate::source::Span;

/// One argument: a parameter's name, a value, or a list of values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Argument {
    /// The bytes of it.
    pub span: Span,
    /// The name behind the dash, if it is a parameter's; its value, if the name ends in a colon, is the next argument.
    pub parameter: Option<String>,
    /// Whether the name ends in a colon.
    pub has_colon: bool,
    /// The values: one, unless it is a list.
    pub items: Vec<Word>,
    /// Whether it is a list, however many values it has.
    pub is_list: bool,
}

/// The arguments of the cmdlet call that starts at byte `start` of `text`, the cmdlet's name first; it ends before byte `end`.
pub fn split(text: &str, start: usize, end: usize) -> Split<Argument> {
    read(text, start, end, false)
}

/// The words of a call of a program, which gets texts and no lists.
pub fn split_native(text: &str, start: usize, end: usize) -> Split<Word> {
    let Split { words, end, broken } = read(text, start, end, true);
    let word = |argument: Argument| argument.items.into_iter().next().unwrap_or_default();
    Split { words: words.into_iter().map(word).collect(), end, broken }
}

fn read(text: &str, start: usize, end: usize, is_native: bool) -> Split<Argument> {
    let mut reader = Reader { cursor: Cursor::new(text, start, end), is_native, is_broken: false };
    let mut split = Split { end: start, ..Split::default() };
    while reader.is_at_argument(false) {
        let argument = reader.argument();
        split.end = reader.cursor.at();
        let stops = argument.items.first().and_then(Word::text).as_deref() == Some("--%");
        if reader.is_broken || stops {
            split.broken = Some(argument.span);
        }
        split.words.push(argument);
        if split.broken.is_some() {
            break;
        }
    }
    split
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    is_native: bool,
    is_broken: bool,
}

impl Reader<'_> {
    /// Goes to the next argument, over ends of lines too if the last one is not complete; `false` at the end of the command.
    fn is_at_argument(&mut self, is_incomplete: bool) -> bool {
        loop {
            let mut ahead = self.cursor.clone();
            match ahead.bump() {
                Some(' ' | '\t') => self.cursor = ahead,
                Some('`') if ahead.eat_line_end() => self.cursor = ahead,
                Some('\n' | '\r') if is_incomplete => self.cursor = ahead,
                Some('#') if is_incomplete => self.cursor.skip_while(|c| c != '\n'),
                Some('>') => {
                    self.cursor.skip_while(|c| matches!(c, '>' | '&' | ' ' | '\t'));
                    self.word();
                    if self.is_broken {
                        return false;
                    }
                }
                None | Some('\n' | '\r' | ';' | '&' | '|' | ')' | '}' | '#') => return false,
                Some(_) => return true,
            }
        }
    }

    fn argument(&mut self) -> Argument {
        let start = self.cursor.at();
        let mut argument = Argument::default();
        if self.is_native {
            argument.items.push(self.word());
        } else if let Some((name, has_colon)) = self.parameter() {
            argument.parameter = Some(name);
            argument.has_colon = has_colon;
        } else {
            self.element(&mut argument);
            while self.is_before_comma() {
                argument.is_list = true;
                if !self.is_at_argument(true) {
                    break;
                }
                self.element(&mut argument);
                if self.is_broken {
                    break;
                }
            }
        }
        argument.span = self.cursor.span_from(start);
        argument
    }

    /// `-Name` or `-Name:`.
    fn parameter(&mut self) -> Option<(String, bool)> {
        let mut ahead = self.cursor.clone();
        let is_name = ahead.eat("-") && ahead.peek().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !is_name {
            return None;
        }
        let start = ahead.at();
        ahead.skip_while(|c| c.is_alphanumeric() || c == '_');
        let name = ahead.text_from(start);
        let has_colon = ahead.eat(":");
        self.cursor = ahead;
        Some((name, has_colon))
    }

    /// Goes behind a comma, if one comes next.
    fn is_before_comma(&mut self) -> bool {
        let mut ahead = self.cursor.clone();
        ahead.skip_while(|c| matches!(c, ' ' | '\t'));
        let found = ahead.eat(",");
        if found {
            self.cursor = ahead;
        }
        found
    }

    /// One value, or the values of a list in parentheses.
    fn element(&mut self, argument: &mut Argument) {
        let start = self.cursor.at();
        if self.cursor.eat("@(") || self.cursor.eat("(") {
            let inside = self.cursor.clone();
            let mut list = Argument::default();
            if self.list(&mut list) {
                argument.is_list = true;
                return argument.items.extend(list.items);
            }
            // Not only texts: the whole is known when the script runs.
            self.cursor = inside;
            self.is_broken = !self.skip(')');
        } else if self.cursor.eat("@{") || self.cursor.eat("{") {
            self.is_broken = !self.skip('}');
        } else if self.cursor.eat("@") {
            self.cursor.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
        } else {
            let word = self.word();
            return argument.items.push(word);
        }
        let mut word = Word { span: self.cursor.span_from(start), ..Word::default() };
        self.cursor.push_open(&mut word, start);
        argument.items.push(word);
    }

    /// The texts up to the closing parenthesis; `false` if anything else is among them.
    fn list(&mut self, list: &mut Argument) -> bool {
        loop {
            self.cursor.skip_while(|c| c.is_whitespace() || matches!(c, ',' | ';'));
            match self.cursor.peek() {
                Some(')') => {
                    self.cursor.bump();
                    return true;
                }
                Some('#') => self.cursor.skip_while(|c| c != '\n'),
                Some('"' | '\'' | '$') => {
                    let word = self.word();
                    list.items.push(word);
                    self.cursor.skip_while(|c| matches!(c, ' ' | '\t'));
                    if self.is_broken || !matches!(self.cursor.peek(), Some(',' | ')' | ';' | '\n' | '\r' | '#')) {
                        self.is_broken = false;
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }

    fn word(&mut self) -> Word {
        let start = self.cursor.at();
        let mut word = Word::default();
        while let Some(c) = self.cursor.peek() {
            let at = self.cursor.at();
            match c {
                ' ' | '\t' | '\n' | '\r' | ';' | '|' | '&' | ')' | '}' | '>' => break,
                ',' if !self.is_native => break,
                '\'' => {
                    self.cursor.bump();
                    self.single_quoted(&mut word);
                }
                '"' => {
                    self.cursor.bump();
                    self.double_quoted(&mut word);
                }
                '`' => {
                    let mut ahead = self.cursor.clone();
                    ahead.bump();
                    if ahead.eat_line_end() {
                        break;
                    }
                    self.cursor.bump();
                    self.escape(&mut word, at);
                }
                '$' => self.dollar(&mut word, false),
                '(' => {
                    self.cursor.bump();
                    self.is_broken = !self.skip(')');
                    self.cursor.push_open(&mut word, at);
                }
                '{' if self.cursor.eat_placeholder() => self.cursor.push_open(&mut word, at),
                c => {
                    self.cursor.bump();
                    self.cursor.push(&mut word, at, c);
                }
            }
            if self.is_broken {
                break;
            }
        }
        word.span = self.cursor.span_from(start);
        word
    }

    fn single_quoted(&mut self, word: &mut Word) {
        loop {
            let start = self.cursor.at();
            if self.cursor.eat_placeholder() {
                self.cursor.push_open(word, start);
                continue;
            }
            match self.cursor.bump() {
                Some('\'') if self.cursor.eat("'") => self.cursor.push(word, start, '\''),
                Some('\'') => return,
                Some(c) => self.cursor.push(word, start, c),
                None => {
                    self.is_broken = true;
                    return;
                }
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) {
        while let Some(c) = self.cursor.peek() {
            let start = self.cursor.at();
            match c {
                '"' => {
                    self.cursor.bump();
                    if !self.cursor.eat("\"") {
                        return;
                    }
                    self.cursor.push(word, start, '"');
                }
                '`' => {
                    self.cursor.bump();
                    self.escape(word, start);
                }
                '$' => self.dollar(word, true),
                '{' if self.cursor.eat_placeholder() => self.cursor.push_open(word, start),
                c => {
                    self.cursor.bump();
                    self.cursor.push(word, start, c);
                }
            }
            if self.is_broken {
                return;
            }
        }
        self.is_broken = true;
    }

    /// What stands behind a backtick, read from byte `start` on.
    fn escape(&mut self, word: &mut Word, start: usize) {
        let Some(c) = self.cursor.bump() else { return };
        let c = match c {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            other => other,
        };
        word.letters.push(Letter { span: self.cursor.span_from(start), what: What::Char(c) });
    }

    /// What a `$` begins; outside of quotes with the members and elements asked of it.
    fn dollar(&mut self, word: &mut Word, is_quoted: bool) {
        let start = self.cursor.at();
        if self.cursor.eat_placeholder() {
            return self.cursor.push_open(word, start);
        }
        self.cursor.bump();
        match self.cursor.peek() {
            Some('{') => self.is_broken = !self.cursor.skip_behind("}"),
            Some('(') => {
                self.cursor.bump();
                self.is_broken = !self.skip(')');
            }
            Some('$' | '?' | '^') => drop(self.cursor.bump()),
            Some(c) if c.is_alphabetic() || c == '_' => self.variable(is_quoted),
            _ => return self.cursor.push(word, start, '$'),
        }
        self.cursor.push_open(word, start);
    }

    fn variable(&mut self, is_quoted: bool) {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        self.cursor.skip_while(is_name);
        // `$env:NAME`, but not the colon of `"$name: text"`.
        let mut ahead = self.cursor.clone();
        if ahead.eat(":") && ahead.peek().is_some_and(is_name) {
            ahead.skip_while(is_name);
            self.cursor = ahead;
        }
        while !is_quoted && !self.is_broken {
            let mut ahead = self.cursor.clone();
            match ahead.bump() {
                Some('.') if ahead.peek().is_some_and(is_name) => {
                    ahead.skip_while(is_name);
                    self.cursor = ahead;
                }
                Some('[') => {
                    self.is_broken = !ahead.skip_behind("]");
                    self.cursor = ahead;
                }
                Some('(') => {
                    self.cursor = ahead;
                    self.is_broken = !self.skip(')');
                }
                _ => return,
            }
        }
    }

    /// Goes behind what closes the bracket that is open; `false` if nothing does. What is nested is kept on a heap.
    fn skip(&mut self, closing: char) -> bool {
        let mut open = vec![closing];
        while let Some(wanted) = open.last().copied() {
            let Some(c) = self.cursor.bump() else { return false };
            let is_text = wanted == '"';
            match c {
                '`' => drop(self.cursor.bump()),
                c if c == wanted => drop(open.pop()),
                '$' if self.cursor.eat("(") => open.push(')'),
                _ if is_text => {}
                '"' => open.push('"'),
                '\'' if !self.cursor.skip_behind("'") => return false,
                '(' => open.push(')'),
                '{' => open.push('}'),
                _ => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(word: &Word) -> String {
        let letter = |what: &What| match what {
            What::Char(c) => c.to_string(),
            What::Open(text) => format!("<{text}>"),
        };
        word.letters.iter().map(|found| letter(&found.what)).collect()
    }

    /// The arguments between bars: parameters as `-name` (`-name:`), lists in brackets, what is open in angle brackets.
    fn shown(text: &str) -> String {
        let split = split(text, 0, text.len());
        let argument = |argument: &Argument| match &argument.parameter {
            Some(name) => format!("-{name}{}", if argument.has_colon { ":" } else { "" }),
            None => {
                let items = argument.items.iter().map(letters).collect::<Vec<_>>().join(",");
                if argument.is_list { format!("[{items}]") } else { items }
            }
        };
        let shown = split.words.iter().map(argument).collect::<Vec<_>>().join("|");
        if split.broken.is_some() { format!("{shown}!") } else { shown }
    }

    #[test]
    fn splits_as_powershell_does() {
        let table = [
            ("New-X -A b -C", "New-X|-A|b|-C"),
            ("X -A `\n  b `\r\n -C\n-D", "X|-A|b|-C"),
            ("X -A:b -C: $true -D:$false", "X|-A:|b|-C:|<$true>|-D:|<$false>"),
            ("X -A 'a','b' -B", "X|-A|[a,b]|-B"),
            ("X -A 'a' , \"b\"", "X|-A|[a,b]"),
            ("X -A 'a',\n   'b', # and\n 'c'\n-B", "X|-A|[a,b,c]"),
            ("X -A @('a', \"b/$c\")", "X|-A|[a,b/<$c>]"),
            ("X -A @(\n 'a' # one\n 'b'\n)", "X|-A|[a,b]"),
            ("X -A ('a','b')", "X|-A|[a,b]"),
            ("X -A @() -B", "X|-A|[]|-B"),
            ("X -A ($a + 'b') -B", "X|-A|<($a + 'b')>|-B"),
            ("X -A (Get-Y -Z ')') -B", "X|-A|<(Get-Y -Z ')')>|-B"),
            ("X @p -A @{ a = '}' } -B { c }", "X|<@p>|-A|<@{ a = '}' }>|-B|<{ c }>"),
            ("X -A $b -C $c.D[0].E(1) -F ${g h}", "X|-A|<$b>|-C|<$c.D[0].E(1)>|-F|<${g h}>"),
            ("X -A \"$b/32\", \"$env:C: $(d \")\")\"", "X|-A|[<$b>/32,<$env:C>: <$(d \")\")>]"),
            ("X -A '$b''c' \"d\"\"e`\"`$\"", "X|-A|$b'c|d\"e\"$"),
            ("X -A '' \"\"", "X|-A||"),
            ("X -A b; Y", "X|-A|b"),
            ("X -A b | Y", "X|-A|b"),
            ("X -A b }", "X|-A|b"),
            ("X -A b) c", "X|-A|b"),
            ("X -A b # c", "X|-A|b"),
            ("X > $null -A", "X|-A"),
            ("X -A '${{ vars.B }}'", "X|-A|<${{ vars.B }}>"),
            ("X -A 1,2 -3", "X|-A|[1,2]|-3"),
            ("X 'a", "X|a!"),
            ("X -A $(b", "X|-A|<$(b>!"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn programs_get_texts() {
        let table = [
            ("az aks create `\n  --x \"1,2\" --y=\"$z\"\n", "az|aks|create|--x|1,2|--y=<$z>"),
            ("az --x 1.2.3.4/32,5.6.7.8/32 --y=\"\"", "az|--x|1.2.3.4/32,5.6.7.8/32|--y="),
            ("az --x '' 2>&1 | Out-Null", "az|--x||2"),
            ("az --% --x", "az|--%"),
        ];
        for (text, expected) in table {
            let words = split_native(text, 0, text.len()).words;
            assert_eq!(words.iter().map(letters).collect::<Vec<_>>().join("|"), expected, "{text}");
        }
    }

    #[test]
    fn no_depth_overflows() {
        for deep in ["$(", "@(", "\"$(", "{", "(", "$a("] {
            split(&format!("X -A {}", deep.repeat(50_000)), 0, usize::MAX);
        }
    }
}
