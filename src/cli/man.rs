//! Man pages, made from the arguments: `AKSLINT_MAN=FOLDER cargo test --lib man_pages` writes them, as releases do. They are not kept in
//! the repository, where they could only be out of date.

use super::args::Arguments;
use clap::CommandFactory;
use std::path::PathBuf;
use std::{env, fs};

#[test]
fn man_pages_of_every_command() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = env::var_os("AKSLINT_MAN").map_or_else(|| scratch.path().to_owned(), PathBuf::from);
    fs::create_dir_all(&folder).unwrap();
    clap_mangen::generate_to(Arguments::command(), &folder).unwrap();
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(page("akslint.1").contains("Exit codes:"));
    for command in Arguments::command().get_subcommands() {
        let text = page(&format!("akslint-{}.1", command.get_name()));
        assert!(text.contains(".SH SYNOPSIS"), "{text}");
    }
}
