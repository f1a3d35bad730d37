//! The yardstick for one large template: reads a file and parses it with `serde_json`, nothing else.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: parse_json FILE")?;
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    std::hint::black_box(value);
    Ok(())
}
