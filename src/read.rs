//! From a path to text: regular files only, of bounded size, in an encoding that is known.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// Files larger than this are not read: 256 MiB.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// How a file's text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; spans of the text are those of the bytes on disk.
    Utf8,
    /// UTF-16, low byte first, as Windows PowerShell writes; spans count bytes of the decoded text.
    Utf16LittleEndian,
    /// UTF-16, high byte first.
    Utf16BigEndian,
}

/// A file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, byte-order mark kept; UTF-8 as it was read.
    pub text: Cow<'b, str>,
    /// What it was decoded from.
    pub encoding: Encoding,
}

/// Why a file gives no text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing at the path.
    #[error("no such file or folder")]
    Missing,
    /// A pipe, a device, a socket: reading could wait for ever.
    #[error("not a regular file")]
    NotAFile,
    /// The file is larger than the limit, in bytes.
    #[error("larger than the limit of {} MiB", .0 / (1024 * 1024))]
    TooLarge(u64),
    /// Zero bytes or others that no text has.
    #[error("binary, not text")]
    Binary,
    /// Neither UTF-8 nor UTF-16; the first wrong byte, counted from 0.
    #[error("not UTF-8: byte {0} does not belong to a character; save the file as UTF-8")]
    NotUtf8(usize),
    /// UTF-16 with half a character.
    #[error("not valid UTF-16; save the file as UTF-8")]
    NotUtf16,
    /// The system refused.
    #[error("cannot be read: {0}")]
    Refused(#[from] io::Error),
}

/// The bytes of the file at `path`, if it is a regular file of at most `limit` bytes. Never waits on a pipe or device.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = vec![];
    read_into(path, limit, &mut bytes)?;
    Ok(bytes)
}

/// As [`read`], into `bytes` instead of what it holds: who reads many files needs no new memory for each.
pub fn read_into(path: &Path, limit: u64, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
    bytes.clear();
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(ReadError::Missing);
        }
        Err(error) => return Err(error.into()),
    };
    if !metadata.is_file() {
        return Err(ReadError::NotAFile);
    }
    if metadata.len() > limit {
        return Err(ReadError::TooLarge(limit));
    }
    // One byte more: the read that finds the end needs room.
    bytes.reserve(usize::try_from(metadata.len()).unwrap_or_default().saturating_add(1));
    fill(File::open(path)?, limit, bytes)
}

/// Reads everything a stream gives, at most `limit` bytes.
pub fn read_from(stream: impl Read, limit: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = vec![];
    fill(stream, limit, &mut bytes)?;
    Ok(bytes)
}

fn fill(stream: impl Read, limit: u64, bytes: &mut Vec<u8>) -> Result<(), ReadError> {
    stream.take(limit.saturating_add(1)).read_to_end(bytes)?;
    if bytes.len() as u64 > limit { Err(ReadError::TooLarge(limit)) } else { Ok(()) }
}

/// Decodes UTF-8, or UTF-16 that shows itself by a byte-order mark or by the zero byte of its first ASCII character.
pub fn decode(bytes: &[u8]) -> Result<Decoded<'_>, ReadError> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Err(ReadError::Binary),
        [0xff, 0xfe, ..] => utf16(bytes, Encoding::Utf16LittleEndian),
        [0xfe, 0xff, ..] => utf16(bytes, Encoding::Utf16BigEndian),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => utf16(bytes, Encoding::Utf16LittleEndian),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => utf16(bytes, Encoding::Utf16BigEndian),
        _ if memchr::memchr(0, bytes).is_some() => Err(ReadError::Binary),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Decoded { text: text.into(), encoding: Encoding::Utf8 }),
            Err(error) => {
                let is_binary = bytes.iter().take(512).any(|byte| matches!(byte, 1..=8 | 14..=26));
                Err(if is_binary { ReadError::Binary } else { ReadError::NotUtf8(error.valid_up_to()) })
            }
        },
    }
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Result<Decoded<'_>, ReadError> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(ReadError::NotUtf16);
    }
    let unit = match encoding {
        Encoding::Utf16BigEndian => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    };
    let text = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    match text {
        Ok(text) if text.contains('\0') => Err(ReadError::Binary),
        Ok(text) => Ok(Decoded { text: text.into(), encoding }),
        Err(_) => Err(ReadError::NotUtf16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_editors_write() {
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        let table: [(Vec<u8>, Result<&str, &str>); 13] = [
            (b"{}".to_vec(), Ok("{}")),
            (vec![], Ok("")),
            ("\u{feff}{\"ü\"}".into(), Ok("\u{feff}{\"ü\"}")),
            (little("\u{feff}{😀}"), Ok("\u{feff}{😀}")),
            (big("\u{feff}{😀}"), Ok("\u{feff}{😀}")),
            (little("{\"a\"}"), Ok("{\"a\"}")),
            (big("{\"a\"}"), Ok("{\"a\"}")),
            (b"\xff\xfe{".to_vec(), Err("not valid UTF-16")),
            (b"\xff\xfe\x00\xd8{\x00".to_vec(), Err("not valid UTF-16")),
            (b"{\"\xfc\"}".to_vec(), Err("not UTF-8: byte 2 ")),
            (b"\x7fELF\x02\x01\x01\x00\x00".to_vec(), Err("binary")),
            (b"\x89PNG\r\n\x1a\n".to_vec(), Err("binary")),
            (vec![0; 64], Err("binary")),
        ];
        for (bytes, expected) in table {
            let shown = format!("{bytes:?}");
            match (decode(&bytes), expected) {
                (Ok(decoded), Ok(text)) => assert_eq!(decoded.text, text, "{shown}"),
                (Err(error), Err(start)) => assert!(error.to_string().starts_with(start), "{shown}: {error}"),
                (got, _) => panic!("{shown}: {got:?}"),
            }
        }
    }

    #[test]
    fn stops_at_the_limit() {
        assert!(matches!(read_from(io::repeat(b' '), 10), Err(ReadError::TooLarge(10))));
        assert!(read_from(&b"0123456789"[..], 10).is_ok());
    }

    #[test]
    fn reads_regular_files_only() {
        assert!(matches!(read(Path::new("does/not/exist.json"), 10), Err(ReadError::Missing)));
        assert!(matches!(read(Path::new("Cargo.toml/x.json"), 10), Err(ReadError::Missing)));
        assert!(matches!(read(Path::new("src"), 10), Err(ReadError::NotAFile)));
        #[cfg(unix)]
        assert!(matches!(read(Path::new("/dev/zero"), 10), Err(ReadError::NotAFile)));
    }
}
