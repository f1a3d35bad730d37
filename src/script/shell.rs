//! The words of a command as sh and bash split them.

use super::cursor::Cursor;
use super::word::Word;
use crate::source::Span;

/// What was read of a command.
#[derive(Clone, Debug, Default)]
pub struct Split<T> {
    /// Its words, in order.
    pub words: Vec<T>,
    /// The byte behind the last one.
    pub end: usize,
    /// Where reading stopped without an end of the command: a quote that is not closed, a form that is not understood.
    pub broken: Option<Span>,
}

/// The words of the command that starts at byte `start` of `text`; it ends before byte `end`. What a variable or a substitution
/// gives is open.
pub fn split(text: &str, start: usize, end: usize) -> Split<Word> {
    let mut reader = Reader { cursor: Cursor::new(text, start, end), is_broken: false };
    let mut split = Split { end: start, ..Split::default() };
    while reader.is_at_word() {
        let from = reader.cursor.at();
        let mut word = Word::default();
        reader.word(&mut word);
        word.span = reader.cursor.span_from(from);
        split.end = reader.cursor.at();
        // `2>`: a redirection with its number.
        let is_number = word.text().is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        if is_number && matches!(reader.cursor.peek(), Some('<' | '>')) {
            continue;
        }
        // The continuation of Windows' own shell.
        if word.text().as_deref() == Some("^") {
            reader.is_broken = true;
        }
        if reader.is_broken {
            split.broken = Some(word.span);
        }
        split.words.push(word);
        if reader.is_broken {
            break;
        }
    }
    split
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    is_broken: bool,
}

/// What is open while a substitution is passed over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Parentheses,
    Braces,
    Quotes,
}

impl Reader<'_> {
    /// Goes to the next word; `false` at the end of the command.
    fn is_at_word(&mut self) -> bool {
        loop {
            let mut ahead = self.cursor.clone();
            match ahead.bump() {
                Some(' ' | '\t') => self.cursor = ahead,
                Some('\\') if ahead.eat_line_end() => self.cursor = ahead,
                Some('<' | '>') => {
                    if !self.redirection() {
                        return false;
                    }
                }
                Some('&') if ahead.peek() == Some('>') => {
                    self.cursor = ahead;
                }
                None | Some('\n' | '\r' | ';' | '&' | '|' | '(' | ')' | '#') => return false,
                Some(_) => return true,
            }
        }
    }

    /// Goes behind a redirection and its target.
    fn redirection(&mut self) -> bool {
        self.cursor.skip_while(|c| matches!(c, '<' | '>' | '&' | '-' | '|'));
        self.cursor.skip_while(|c| matches!(c, ' ' | '\t'));
        if self.cursor.eat("(") {
            return self.skip(Inside::Parentheses);
        }
        self.word(&mut Word::default());
        !self.is_broken
    }

    fn word(&mut self, word: &mut Word) {
        while let Some(c) = self.cursor.peek() {
            let start = self.cursor.at();
            match c {
                ' ' | '\t' | '\n' | '\r' | ';' | '&' | '|' | '<' | '>' | '(' | ')' => return,
                '\'' => {
                    self.cursor.bump();
                    self.single_quoted(word);
                }
                '"' => {
                    self.cursor.bump();
                    self.double_quoted(word);
                }
                '`' => {
                    self.cursor.bump();
                    self.is_broken |= !self.backticks();
                    self.cursor.push_open(word, start);
                }
                '\\' => {
                    self.cursor.bump();
                    if !self.cursor.eat_line_end()
                        && let Some(c) = self.cursor.bump()
                    {
                        self.cursor.push(word, start, c);
                    }
                }
                '$' => self.dollar(word, false),
                '{' if self.cursor.eat_placeholder() => self.cursor.push_open(word, start),
                '%' if self.batch_variable() => self.cursor.push_open(word, start),
                c => {
                    self.cursor.bump();
                    self.cursor.push(word, start, c);
                }
            }
            if self.is_broken {
                return;
            }
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        loop {
            let start = self.cursor.at();
            if self.cursor.eat_placeholder() {
                self.cursor.push_open(word, start);
                continue;
            }
            match self.cursor.bump() {
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
                    return;
                }
                '`' => {
                    self.cursor.bump();
                    self.is_broken |= !self.backticks();
                    self.cursor.push_open(word, start);
                }
                '$' => self.dollar(word, true),
                '{' if self.cursor.eat_placeholder() => self.cursor.push_open(word, start),
                '%' if self.batch_variable() => self.cursor.push_open(word, start),
                '\\' => {
                    self.cursor.bump();
                    if self.cursor.eat_line_end() {
                        continue;
                    }
                    match self.cursor.peek() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => {
                            self.cursor.bump();
                            self.cursor.push(word, start, c);
                        }
                        _ => self.cursor.push(word, start, '\\'),
                    }
                }
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

    /// What a `$` begins.
    fn dollar(&mut self, word: &mut Word, is_quoted: bool) {
        let start = self.cursor.at();
        if self.cursor.eat_placeholder() {
            return self.cursor.push_open(word, start);
        }
        self.cursor.bump();
        match self.cursor.peek() {
            Some('{') => {
                self.cursor.bump();
                self.is_broken |= !self.skip(Inside::Braces);
            }
            Some('(') => {
                self.cursor.bump();
                self.is_broken |= !self.skip(Inside::Parentheses);
            }
            Some('[') => self.is_broken |= !self.cursor.skip_behind("]"),
            Some('\'') if !is_quoted => {
                self.cursor.bump();
                return self.escaped_quoted(word, start);
            }
            // A text to translate.
            Some('"') if !is_quoted => return,
            Some('0'..='9' | '@' | '*' | '#' | '?' | '-' | '$' | '!') => drop(self.cursor.bump()),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                self.cursor.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
            }
            _ => return self.cursor.push(word, start, '$'),
        }
        self.cursor.push_open(word, start);
    }

    /// `$'...'`: open if it holds an escape.
    fn escaped_quoted(&mut self, word: &mut Word, start: usize) {
        let (from, mut is_escaped) = (word.letters.len(), false);
        loop {
            let at = self.cursor.at();
            match self.cursor.bump() {
                Some('\'') => break,
                Some('\\') => {
                    is_escaped = true;
                    self.cursor.bump();
                }
                Some(c) => self.cursor.push(word, at, c),
                None => {
                    self.is_broken = true;
                    break;
                }
            }
        }
        if is_escaped {
            word.letters.truncate(from);
            self.cursor.push_open(word, start);
        }
    }

    /// `%NAME%` of Windows' own shell.
    fn batch_variable(&mut self) -> bool {
        let mut ahead = self.cursor.clone();
        ahead.bump();
        let start = ahead.at();
        ahead.skip_while(|c| c.is_ascii_alphanumeric() || c == '_');
        let found = ahead.at() > start && ahead.eat("%");
        if found {
            self.cursor = ahead;
        }
        found
    }

    fn backticks(&mut self) -> bool {
        while let Some(c) = self.cursor.bump() {
            match c {
                '`' => return true,
                '\\' => drop(self.cursor.bump()),
                _ => {}
            }
        }
        false
    }

    /// Goes behind what closes `outermost`; `false` if nothing does. What is nested is kept on a heap, so no depth overflows a stack.
    fn skip(&mut self, outermost: Inside) -> bool {
        let mut open = vec![outermost];
        while let Some(inside) = open.last().copied() {
            let Some(c) = self.cursor.bump() else { return false };
            match (inside, c) {
                (_, '\\') => drop(self.cursor.bump()),
                (Inside::Quotes, '"') | (Inside::Parentheses, ')') | (Inside::Braces, '}') => drop(open.pop()),
                (_, '$') if self.cursor.eat("(") => open.push(Inside::Parentheses),
                (_, '$') if self.cursor.eat("{") => open.push(Inside::Braces),
                (Inside::Quotes, _) => {}
                (_, '"') => open.push(Inside::Quotes),
                (Inside::Parentheses, '(') => open.push(Inside::Parentheses),
                (_, '\'') if !self.cursor.skip_behind("'") => return false,
                _ => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::word::What;

    /// The words between bars; what is open in angle brackets; `!` where reading broke off.
    fn shown(text: &str) -> String {
        let split = split(text, 0, text.len());
        let word = |word: &Word| {
            let letter = |what: &What| match what {
                What::Char(c) => c.to_string(),
                What::Open(text) => format!("<{text}>"),
            };
            word.letters.iter().map(|found| letter(&found.what)).collect::<String>()
        };
        let words = split.words.iter().map(word).collect::<Vec<_>>().join("|");
        if split.broken.is_some() { format!("{words}!") } else { words }
    }

    #[test]
    fn splits_as_shells_do() {
        let table = [
            ("az aks create -n c", "az|aks|create|-n|c"),
            ("a  \t b\nc", "a|b"),
            ("a \\\n  b \\\r\n c\nd", "a|b|c"),
            ("a b\\\nc", "a|bc"),
            (r"a\ b \$c", "a b|$c"),
            ("a 'b c' d'e'\"f\"", "a|b c|def"),
            (r#"a "b \"c\" \$d \e""#, r#"a|b "c" $d \e"#),
            ("a \"\" ''", "a||"),
            ("a=\"\" --b=\"c d\"", "a=|--b=c d"),
            ("a $B ${C} ${D:-x y} $1 $@ \"$E/32\"", "a|<$B>|<${C}>|<${D:-x y}>|<$1>|<$@>|<$E>/32"),
            ("a '$B' $ \"5 $\"", "a|$B|$|5 $"),
            (r#"a "${B[@]}" $((1 + (2))) c"#, "a|<${B[@]}>|<$((1 + (2)))>|c"),
            (r#"a $(curl "https://x/$(b ")")" -s) c"#, r#"a|<$(curl "https://x/$(b ")")" -s)>|c"#),
            ("a `b \\` c` d", "a|<`b \\` c`>|d"),
            ("a $'b' $'b\\n' $\"c\"", "a|b|<$'b\\n'>|c"),
            ("a # b\nc", "a"),
            ("a b#c", "a|b#c"),
            ("a; b", "a"),
            ("a && b", "a"),
            ("a | b", "a"),
            ("a &", "a"),
            ("a) b", "a"),
            ("a > out.txt 2>&1 b <in.txt c", "a|b|c"),
            ("a &> out b 2>/dev/null", "a|b"),
            ("a <(b c) d", "a|d"),
            ("a 22 b", "a|22|b"),
            ("a ${{ vars.X }} '${{ vars.Y }}/32' {{ z }}", "a|<${{ vars.X }}>|<${{ vars.Y }}>/32|<{{ z }}>"),
            ("a $(system.var) $[variables.x]", "a|<$(system.var)>|<$[variables.x]>"),
            ("a %B% 5%", "a|<%B%>|5%"),
            ("a ^\nb", "a|^!"),
            ("a 'b", "a|b!"),
            ("a \"b", "a|b!"),
            ("a $(b", "a|<$(b>!"),
            ("a ${b", "a|<${b>!"),
            ("a \\", "a|"),
            ("a é\u{301}'ü'", "a|é\u{301}ü"),
            ("", ""),
        ];
        for (text, expected) in table {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn letters_have_their_places() {
        let text = "x --r=\"1.2.3.4, $B\"";
        let split = split(text, 0, text.len());
        let (flag, value) = split.words[1].split_once('=');
        assert_eq!(flag.text().as_deref(), Some("--r"));
        let places: Vec<_> = value.unwrap().split(',').iter().map(|part| part.span).collect();
        let slices: Vec<_> = places.iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
        assert_eq!(slices, ["1.2.3.4", "$B"]);
    }

    #[test]
    fn no_depth_overflows() {
        for deep in ["$(", "${", "\"$(", "(", "`"] {
            split(&format!("a {}", deep.repeat(50_000)), 0, usize::MAX);
        }
    }
}
