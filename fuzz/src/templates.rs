//! Whole templates: a first file with the template, further ones with parameters. Bytes that do not begin as JSON does decide over
//! a generated template instead, which is held to all laws.

use super::bench::{self, Input};
use super::generate::{Choices, generate};
use super::{files, laws};

/// Analyses the template; the verdict is the same in every form.
pub fn run(data: &[u8]) {
    match input(data) {
        Some(input) => {
            let Some((files, analysis)) = bench::analysed(bench::shipped(), &input) else { return };
            bench::check_report(&files, &analysis);
            laws::formatting(&input);
        }
        None => {
            let generated = generate(&mut Choices::new(data));
            laws::all(&generated);
        }
    }
}

/// The files of an input that is JSON; `None`: it is something else.
pub fn input(data: &[u8]) -> Option<Input> {
    if !matches!(data.trim_ascii_start().first(), Some(b'{' | b'[' | b'/')) {
        return None;
    }
    let files = files(data)?;
    let (template, parameters) = files.split_first()?;
    Some(Input {
        template: (*template).to_owned(),
        parameters: parameters.iter().take(3).map(|text| (*text).to_owned()).collect(),
    })
}
