//! Clusters that commands make: `az aks create` and `update`, `New-AzAksCluster` and `Set-AzAksCluster`, in shell scripts, PowerShell
//! and pipeline files.
//!
//! A script is not run and not parsed as a whole. Commands are looked for line by line, from their first word on (`find`), and only
//! their own words are read, by the rules of their shell ([`shell`], [`powershell`]). That is robust: whatever else a script holds
//! cannot lead it astray. Pipeline files are read as YAML first (`yaml`), because YAML decides where a line ends.
//!
//! What a variable or a substitution gives is unknown. What a shell would split it into is never guessed.

mod az;
mod cmdlet;
mod cursor;
mod find;
mod mask;
pub mod powershell;
mod quotes;
pub mod setting;
pub mod shell;
mod view;
pub mod word;
pub mod words;
mod yaml;

pub use find::may_hold;
pub use setting::{Command, Dialect, Property};
pub use view::CLUSTER;

use crate::discover::ScriptKind;
use std::ops::Range;

/// The rules by which the words of a command are split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// Those of sh and bash.
    Posix,
    /// Those of PowerShell.
    PowerShell,
}

/// A part of a file that is a script.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    /// Its bytes.
    range: Range<usize>,
    /// The shell that runs it.
    shell: Shell,
}

/// How many commands of one file are read.
pub const MAX_COMMANDS: usize = 10_000;

/// The commands in a file of this kind, in order; the first [`MAX_COMMANDS`], and one more if there are more.
pub fn read(text: &str, kind: ScriptKind) -> Vec<Command> {
    if !may_hold(text.as_bytes()) {
        return Vec::new();
    }
    let whole = |shell| (text.as_bytes().to_vec(), vec![Block { range: 0..text.len(), shell }]);
    let (mut bare, blocks) = match kind {
        ScriptKind::Shell => whole(Shell::Posix),
        ScriptKind::PowerShell => whole(Shell::PowerShell),
        ScriptKind::Pipeline => yaml::scripts(text),
    };
    for block in &blocks {
        match block.shell {
            Shell::Posix => mask::heredocs(&mut bare, block.range.clone()),
            Shell::PowerShell => mask::powershell_texts(&mut bare, block.range.clone()),
        }
    }
    // Only whole characters were replaced.
    let Ok(bare) = String::from_utf8(bare) else { return Vec::new() };
    let mut commands: Vec<Command> = Vec::new();
    for block in &blocks {
        find::commands(&bare, block, &mut commands);
        if commands.len() > MAX_COMMANDS {
            break;
        }
    }
    for (number, command) in commands.iter_mut().enumerate() {
        command.path = format!("$[{number}]");
    }
    commands
}

#[cfg(test)]
mod tests;
