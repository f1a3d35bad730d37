//! Where commands begin.

use super::cursor::Cursor;
use super::quotes::Quotes;
use super::setting::{Command, Dialect};
use super::{Block, MAX_COMMANDS, Shell, az, cmdlet, powershell, shell};
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
const RUNNERS: [&str; 9] = ["timeout", "retry", "env", "nice", "xargs", "sudo", "docker", "podman", "try"];

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

/// Adds the commands in a block of a text that holds nothing but scripts; not many more than are read of a file.
pub(super) fn commands(text: &str, block: &Block, commands: &mut Vec<Command>) {
    let Some(finder) = finder() else { return };
    let bytes = text.as_bytes().get(..block.range.end).unwrap_or_default();
    let mut quotes = Quotes::new(text, block.range.start, block.shell);
    // Commands do not overlap: each is read once, and so is each byte.
    let mut from = block.range.start;
    while let Some(found) = finder.find(bytes, from, |found| is_likely(bytes, found)) {
        from = found.end;
        let Some(start) = start_of(text, found, block.range.start) else { continue };
        if found.word != 0 && !is_verb_next(text, found.end, block) {
            continue;
        }
        let Some(end) = place_of_command(text, start, block, &mut quotes) else { continue };
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
            if commands.len() > MAX_COMMANDS {
                return;
            }
        }
    }
}

/// Where the command begins whose name was found: `New-` or `Set-` before the noun, `az` before `aks`.
fn start_of(text: &str, found: Match, first: usize) -> Option<usize> {
    let before = text.get(first..found.start)?;
    if found.word == 0 {
        let start = found.start.checked_sub(4).filter(|start| *start >= first)?;
        let verb = text.get(start..found.start)?;
        return ["new-", "set-"].iter().any(|known| verb.eq_ignore_ascii_case(known)).then_some(start);
    }
    let program = before.trim_end_matches(is_between);
    let start = program
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .map_or(0, |at| at + program.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let is_az = matches!(program.get(start..)?, "az" | "az.cmd" | "az.exe");
    is_az.then_some(first + start)
}

/// Whether a verb that is read comes behind the byte. Of any other command no further word is read: its arguments may hold the next
/// command, and theirs the one after that.
fn is_verb_next(text: &str, behind: usize, block: &Block) -> bool {
    let rest = text.get(behind..block.range.end).unwrap_or_default();
    let rest = rest.trim_start_matches(|c| is_between(c) || matches!(c, '"' | '\''));
    az::VERBS.iter().any(|verb| rest.strip_prefix(verb).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// Blanks, and ends of lines that are continued.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\\' | '`' | '\0')
}

/// The byte before which the command at `start` ends at the latest; `None` if what stands there is no command but words.
fn place_of_command(text: &str, start: usize, block: &Block, quotes: &mut Quotes<'_>) -> Option<usize> {
    let line_start = line_start(text, start, block)?;
    let rest = Cursor::new(text, start, block.range.end).rest();
    let open = quotes.at(start).ok()?;
    let from = open.map_or(line_start, |(_, at)| line_start.max(at + 1));
    let inside = text.get(from..start)?.replace('\0', "");
    let inside = inside.trim_end();
    let mut end = block.range.end;
    if let Some((quote, at)) = open {
        let outside = text.get(self::line_start(text, at, block)?..at)?;
        let outside = outside.trim_end().to_ascii_lowercase();
        if ["-c", "-lc", "-command", "eval"].iter().any(|flag| outside.ends_with(flag)) {
            end = start + rest.find(quote).unwrap_or(rest.len());
        } else if !inside.ends_with(['(', '`']) {
            return None;
        }
    }
    // A substitution in backticks ends with the next one.
    if inside.ends_with('`')
        && block.shell == Shell::Posix
        && let Some(closing) = rest.find('`')
    {
        end = start + closing;
    }
    let last_word = inside.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let segment = inside.rsplit([';', '&', '|', '(', '{']).next().unwrap_or_default().trim();
    let first_word = segment.split_whitespace().next().unwrap_or_default();
    let is_assignment = |word: &str| word.contains('=') && !word.starts_with('-');
    let is_command = inside.is_empty()
        || inside.ends_with([';', '&', '|', '(', ')', '{', '!', '`', '='])
        || BEFORE.contains(&last_word.to_ascii_lowercase().as_str())
        || RUNNERS.contains(&first_word)
        || segment.split_whitespace().all(is_assignment);
    is_command.then_some(end)
}

/// The first byte of the line in which byte `at` stands; `None` if that is far away.
fn line_start(text: &str, at: usize, block: &Block) -> Option<usize> {
    let first = block.range.start.max(at.saturating_sub(MAX_LINE));
    let before = text.as_bytes().get(first..at)?;
    match memchr::memrchr(b'\n', before) {
        Some(end) => Some(first + end + 1),
        None => (first == block.range.start).then_some(first),
    }
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
        let mut found = Vec::new();
        commands(text, &block, &mut found);
        found
            .iter()
            .map(|found| {
                let whole = &text[found.span.start as usize..found.span.end as usize];
                whole.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn finds_commands_and_no_words() {
        let table: [(&str, &[&str]); 32] = [
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
            ("echo \"Usage:\n  az aks create -n c\n\"\naz aks update", &["az aks update"]),
            ("bash -c \"\n  az aks create -n c\n\"", &["az aks create -n c"]),
            ("case $1 in create) az aks create ;; esac", &["az aks create"]),
            ("docker run azure-cli az aks create -n c", &["az aks create -n c"]),
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
