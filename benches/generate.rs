//! Writes the inputs that whole runs are measured on: `generate FOLDER [FILES]`.
#![allow(clippy::print_stderr)]

mod templates;

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: generate FOLDER [FILES]")?;
    let files: usize = arguments.next().map_or(Ok(100), |files| files.parse())?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("small.json"), templates::small(0, true))?;
    fs::write(folder.join("large.json"), templates::large(3 << 20, true))?;
    fs::write(folder.join("minified.json"), templates::minified(4_400_000))?;
    fs::write(folder.join("nested.json"), templates::nested(20, 20))?;
    fs::write(folder.join("findings.json"), templates::ranges(2_000))?;
    fs::write(folder.join("clusters.json"), templates::clusters(100))?;
    let none = folder.join("none");
    fs::create_dir_all(&none)?;
    for number in 0..16 {
        fs::write(none.join(format!("main{number}.json")), templates::large(1 << 20, false))?;
    }
    for number in 0..files {
        let inner = folder.join("many").join(format!("{:03}", number / 1000));
        if number % 1000 == 0 {
            fs::create_dir_all(&inner)?;
        }
        // One in ten has a finding.
        fs::write(inner.join(format!("main{number}.json")), templates::small(number, number % 10 == 0))?;
    }
    Ok(())
}
