//! Whole templates: a first file with the template, further ones with parameters. Bytes that do not begin as JSON does decide over
//! a generated template instead, which is held to all laws.

use super::bench::{self, Input};
use super::forms::Form;
use super::generate::{Choices, generate};
use super::{files, laws};

/// Analyses the template; the verdict is the same in every form. One law, one form and mostly one family of rules at a time: the fuzzer
/// tries more templates in the time that trying everything on one would take.
pub fn run(data: &[u8]) {
    match input(data) {
        Some(input) => laws::formatting(bench::court(data.len()), &input, &[Form::ALL[data.len() % 3]]),
        None => {
            let mut choices = Choices::new(data);
            let (law, court) = (choices.below(6), bench::court(choices.below(bench::COURTS)));
            let generated = generate(&mut choices);
            match law {
                0 => laws::formatting(bench::shipped(), &generated.input(), &[Form::Odd]),
                1 | 2 => laws::order_and_case(court, &generated.input(), &[Form::KEYS[law - 1]]),
                3 => laws::parameters_files(court, &generated.input()),
                _ => laws::more_known(court, &generated),
            }
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
