//! Where commands begin.

use super::cursor::Cursor;
use super::setting::{Command, Dialect};
use super::{Block, Shell, az, cmdlet, powershell, shell};
use crate::search::finder::{Finder, Match};
use std::sync::OnceLock;

/// Behind more bytes of its line than these, no command is looked for.
const MAX_LINE: usize = 4096;

/// Words before a command that leave it a command.
const BEFORE: [&str; 16] = [
    "then", "do", "else", "if", "elif", "while", "until", "time", "sudo", "exec", "command", "nohup", "return", "eval",
    "not", "@",
];

/// Programs that run the command behind their own arguments.
const RUNNERS: [&str; 8] = ["timeout", "retry", "env", "nice", "xargs", "sudo", "run", "try"];

/// Whether a text may hold a command: a search through its bytes.
pub fn may_hold(text: &[u8]) -> bool {
    finder().is_none_or(|finder| finder.find(text, 0, |found| is_likely(text, found)).is_some())
}

fn finder() -> Option<&'static Finder> {
    static FINDER: OnceLock<Option<Finder>> = OnceLock::new();
    FINDER.get_or_init(|| Finder::new(["azakscluster", "aks"])).as_ref()
}

/// Whether the name stands there as a word of its own.
fn is_likely(text: &[u8], found: Match) -> bool {
    let before = found.start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let after = text.get(found.end).copied().unwrap_or(b' ');
    let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0;
    match found.word {
        0 => before == b'-' && !after.is_ascii_alphanumeric() && after != b'-',
        _ => is_blank(before) && (is_blank(after) || matches!(after, b'\\' | b'`')),
    }
}

/// The commands in a block of a text that holds nothing but scripts.
pub(super) fn commands(text: &str, block: &Block) -> Vec<Command> {
    let mut commands = Vec::new();
    let Some(finder) = finder() else { return commands };
    let bytes = text.as_bytes().get(..block.range.end).unwrap_or_default();
    // Commands do not overlap: each is read once, and so is each byte.
    let mut from = block.range.start;
    while let Some(found) = finder.find(bytes, from, |found| is_likely(bytes, found)) {
        from = found.end;
        let Some(start) = start_of(text, found, block.range.start) else { continue };
        let Some(end) = place_of_command(text, start, block) else { continue };
        let shell = shell_of(text, start, block);
        let (command, last) = match (found.word, shell) {
            (0, _) => {
                let split = powershell::split(text, start, end);
                (cmdlet::read(&split), split.end)
            }
            (_, Shell::PowerShell) => {
                let split = powershell::split_native(text, start, end);
                (az::read(&split), split.end)
            }
            (_, Shell::Posix) => {
                let split = shell::split(text, start, end);
                (az::read(&split), split.end)
            }
        };
        if let Some(mut command) = command {
            if command.dialect == Dialect::Az {
                command.shell = shell;
            }
            commands.push(command);
            from = from.max(last);
        }
    }
    commands
}

/// Where the command begins whose name was found: `New-` or `Set-` before the noun, `az` before `aks`.
fn start_of(text: &str, found: Match, first: usize) -> Option<usize> {
    let before = text.get(first..found.start)?;
    if found.word == 0 {
        let start = found.start.checked_sub(4)?;
        return (start >= first).then_some(start);
    }
    // Blanks, and ends of lines that are continued.
    let is_between = |c: char| c.is_whitespace() || matches!(c, '\\' | '`' | '\0');
    let program = before.trim_end_matches(is_between);
    let start = program
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .map_or(0, |at| at + program.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let is_az = matches!(program.get(start..)?, "az" | "az.cmd" | "az.exe");
    is_az.then_some(first + start)
}

/// The byte before which the command at `start` ends at the latest; `None` if what stands there is no command but words.
fn place_of_command(text: &str, start: usize, block: &Block) -> Option<usize> {
    let before = text.get(block.range.start..start)?;
    let line = before.rsplit('\n').next().filter(|line| line.len() <= MAX_LINE)?.replace('\0', "");
    let rest = Cursor::new(text, start, block.range.end).rest();
    let (quote, inside) = open_quote(&line)?;
    let end = match quote {
        None => block.range.end,
        Some((quote, at)) => {
            let outside = line.get(..at).unwrap_or_default().trim_end().to_ascii_lowercase();
            let is_run = ["-c", "-lc", "-command", "eval"].iter().any(|flag| outside.ends_with(flag));
            if is_run {
                start + rest.find(quote).unwrap_or(rest.len())
            } else if inside.trim_end().ends_with(['(', '`']) {
                block.range.end
            } else {
                return None;
            }
        }
    };
    let inside = inside.trim_end();
    // A substitution in backticks ends with the next one.
    let end = match rest.find('`') {
        Some(closing) if inside.ends_with('`') && block.shell == Shell::Posix => start + closing,
        _ => end,
    };
    let last_word = inside.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let segment = inside.rsplit([';', '&', '|', '(', '{']).next().unwrap_or_default().trim();
    let first_word = segment.split_whitespace().next().unwrap_or_default();
    let is_assignment = |word: &str| word.contains('=') && !word.starts_with('-');
    let is_command = inside.is_empty()
        || inside.ends_with([';', '&', '|', '(', '{', '!', '`', '='])
        || BEFORE.contains(&last_word.to_ascii_lowercase().as_str())
        || RUNNERS.contains(&first_word)
        || segment.split_whitespace().all(is_assignment);
    is_command.then_some(end)
}

/// A quote that is open, and where it stands in its line.
type Quote = Option<(char, usize)>;

/// The quote that is open at the end of the line, and what stands inside of it; without one, the whole line. `None` in a comment.
fn open_quote(line: &str) -> Option<(Quote, &str)> {
    let (mut open, mut is_escaped, mut last) = (None::<(char, usize)>, false, ' ');
    for (at, c) in line.char_indices() {
        match open {
            _ if is_escaped => is_escaped = false,
            _ if c == '\\' => is_escaped = true,
            None if c == '#' && last.is_whitespace() => return None,
            None if matches!(c, '"' | '\'') => open = Some((c, at)),
            Some((quote, _)) if c == quote => open = None,
            _ => {}
        }
        last = c;
    }
    let inside = open.map_or(line, |(_, at)| line.get(at + 1..).unwrap_or_default());
    Some((open, inside))
}

/// The shell whose rules hold for a call of `az`: that of the block, unless its first line is continued as in the other one.
fn shell_of(text: &str, start: usize, block: &Block) -> Shell {
    let line = Cursor::new(text, start, block.range.end).rest().lines().next().unwrap_or_default().trim_end();
    match block.shell {
        Shell::Posix if line.ends_with('`') && line.matches('`').count() == 1 => Shell::PowerShell,
        Shell::PowerShell if line.ends_with('\\') => Shell::Posix,
        shell => shell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(text: &str, shell: Shell) -> Vec<String> {
        let block = Block { range: 0..text.len(), shell };
        commands(text, &block)
            .iter()
            .map(|found| {
                let whole = &text[found.span.start as usize..found.span.end as usize];
                whole.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn finds_commands_and_no_words() {
        let table: [(&str, &[&str]); 28] = [
            ("az aks create -n c", &["az aks create -n c"]),
            ("  az  aks\tupdate -n c; az aks show", &["az aks update -n c"]),
            ("az \\\n aks \\\n create -n c\nnext", &["az \\ aks \\ create -n c"]),
            ("az aks create -n a && az aks create -n b", &["az aks create -n a", "az aks create -n b"]),
            ("if ! az aks create -n a; then az aks update -n b; fi", &["az aks create -n a", "az aks update -n b"]),
            ("id=$(az aks create -n a --query id) || exit", &["az aks create -n a --query id"]),
            ("id=\"$(az aks create -n a)\"", &["az aks create -n a"]),
            ("id=`az aks create -n a` || \"`az aks update -n b`\"", &["az aks create -n a", "az aks update -n b"]),
            ("A=1 B=2 az aks create", &["az aks create"]),
            ("sudo az aks create", &["az aks create"]),
            ("timeout 60m az aks create", &["az aks create"]),
            ("bash -c 'az aks create -n a' x", &["az aks create -n a"]),
            ("echo az aks create", &[]),
            ("echo \"az aks create\"", &[]),
            ("cmd=\"az aks create\"", &[]),
            ("# az aks create", &[]),
            ("x # az aks create", &[]),
            ("az aks createx", &[]),
            ("az aks nodepool create", &[]),
            ("xaz aks create", &[]),
            ("use az aks create to", &[]),
            ("az aks", &[]),
            ("naïve; az aks create é", &["az aks create é"]),
            ("New-AzAksCluster -Name c\nSet-AzAksCluster", &["New-AzAksCluster -Name c", "Set-AzAksCluster"]),
            ("$x = New-AzAksCluster -Name c | Out-Null", &["New-AzAksCluster -Name c"]),
            ("Get-AzAksCluster | Set-AzAksCluster -Name c", &["Set-AzAksCluster -Name c"]),
            ("Get-Help New-AzAksCluster", &[]),
            ("Write-Host 'New-AzAksCluster'", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(heads(text, Shell::Posix), expected, "{text}");
        }
    }

    #[test]
    fn knows_the_shell_by_its_continuations() {
        let powershell = "az aks create `\n -n c\n";
        assert_eq!(heads(powershell, Shell::Posix), ["az aks create ` -n c"]);
        assert_eq!(heads(powershell, Shell::PowerShell), ["az aks create ` -n c"]);
        assert_eq!(heads("az aks create \\\n -n c\n", Shell::PowerShell), ["az aks create \\ -n c"]);
    }

    #[test]
    fn passes_over_other_texts() {
        let table = [
            ("az aks create", true),
            ("AZ\n AKS\\\n", true),
            ("New-AzAksCluster", true),
            ("tasks: [aks-x]", false),
            ("Get-AzAksClusterX", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(may_hold(text.as_bytes()), expected, "{text}");
        }
    }
}
