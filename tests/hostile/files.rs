//! Files that are not what they seem, or do not stay what they are.

use super::{Run, SCHEMA, folder, run, template};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// A template whose cluster anybody reaches.
fn open() -> String {
    template("[\"0.0.0.0/0\"]", "")
}

fn findings(run: &Run) -> usize {
    run.out.matches("AKS104").count()
}

#[test]
fn encodings() {
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let marked = format!("\u{feff}{}", open());
    let half = [little(&open()), vec![0x00, 0xd8], little("\"")].concat();
    let table: [(&str, Vec<u8>, bool); 10] = [
        ("UTF-8", open().into(), true),
        ("UTF-8 with a mark", marked.clone().into(), true),
        ("UTF-16", little(&marked), true),
        ("UTF-16, high byte first", big(&marked), true),
        ("UTF-16 without a mark", little(&open()), true),
        ("UTF-16, high byte first, without a mark", big(&open()), true),
        ("UTF-16 with half a character", half, false),
        ("no UTF-8", [open().as_bytes(), b"\xff\xfe"].concat(), false),
        ("zero bytes", [open().as_bytes(), &[0; 8]].concat(), false),
        ("overlong", [b"\xc0\xaf", open().as_bytes()].concat(), false),
    ];
    for (name, bytes, is_read) in table {
        let folder = folder(&[("main.json", &bytes)]);
        let run = run(folder.path(), &["main.json", "--format", "concise"]);
        assert_eq!(run.code, Some(if is_read { 1 } else { 2 }), "{name}: {run:?}");
        assert_eq!(findings(&run), usize::from(is_read), "{name}: {run:?}");
    }
}

#[test]
fn what_is_no_file() {
    let folder = folder(&[("main.json", open().as_bytes())]);
    let path = |name: &str| folder.path().join(name);
    assert!(Command::new("mkfifo").arg(path("pipe.json")).status().unwrap().success());
    symlink("loop.json", path("loop.json")).unwrap();
    symlink(".", path("self")).unwrap();
    symlink("nowhere.json", path("dangling.json")).unwrap();
    symlink("/dev/zero", path("zero.json")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(path("socket.json")).unwrap();
    fs::create_dir(path("folder.json")).unwrap();
    let walked = run(folder.path(), &[".", "--format", "concise"]);
    assert_eq!((walked.code, findings(&walked)), (Some(1), 1), "{walked:?}");
    for name in
        ["pipe.json", "loop.json", "dangling.json", "zero.json", "socket.json", "/dev/zero", "/dev/null", "/dev/tty"]
    {
        let named = run(folder.path(), &[name, "main.json", "--format", "concise"]);
        assert_eq!((named.code, findings(&named)), (Some(2), 1), "{name}: {named:?}");
    }
    // Where other files are named, the same holds.
    for option in ["--parameters", "--rules", "--config", "--baseline"] {
        for name in ["pipe.json", "zero.json", "loop.json", "/dev/zero"] {
            let run = run(folder.path(), &["main.json", option, name]);
            assert_eq!(run.code, Some(2), "{option} {name}: {run:?}");
        }
    }
    for arguments in [["expand", "pipe.json"], ["expand", "/dev/zero"]] {
        assert_eq!(run(folder.path(), &arguments).code, Some(2));
    }
}

#[test]
fn what_may_not_be_read() {
    let folder = folder(&[
        ("main.json", open().as_bytes()),
        ("closed/a.json", open().as_bytes()),
        ("b.json", open().as_bytes()),
    ]);
    let close = |name: &str| fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
    close("b.json");
    close("closed");
    let is_superuser = fs::read(folder.path().join("b.json")).is_ok();
    let run = run(folder.path(), &[".", "--format", "concise"]);
    fs::set_permissions(folder.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
    let expected = if is_superuser { (Some(1), 3) } else { (Some(2), 1) };
    assert_eq!((run.code, findings(&run)), expected, "{run:?}");
}

/// Lets `change` alter files while they are checked, again and again.
fn while_changing(path: &Path, change: impl Fn(usize) + Sync) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0.. {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                change(round);
            }
        });
        for _ in 0..6 {
            // Whatever was read, the run ends, and a file that was gone or half there is named.
            let run = run(path, &[".", "--format", "json"]);
            serde_json::from_str::<serde_json::Value>(&run.out).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn files_that_vanish_and_change() {
    let names: Vec<String> = (0..40).map(|number| format!("t{number}.json")).collect();
    let text = open();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    let path = |round: usize| folder.path().join(&names[round % names.len()]);
    while_changing(folder.path(), |round| match round % 4 {
        0 => drop(fs::remove_file(path(round))),
        1 => drop(fs::write(path(round), &text[..text.len() / 2])),
        2 => drop(fs::write(path(round), text.repeat(20))),
        _ => drop(fs::write(path(round.wrapping_sub(3)), &text)),
    });
}

#[test]
fn links_between_templates() {
    let linking = |link: &str| {
        format!(
            "{{{SCHEMA}, \"resources\": [{{\"type\": \"Microsoft.Resources/deployments\", \"apiVersion\": \"2021-04-01\", \"name\": \"d\", \"properties\": {{\"templateLink\": {{\"relativePath\": \"{link}\"}}}}}}]}}"
        )
    };
    let (near, other) = (open(), linking("main.json"));
    let files: [(&str, &[u8]); 4] = [
        ("in/near.json", near.as_bytes()),
        ("in/other.json", other.as_bytes()),
        ("out.json", near.as_bytes()),
        ("deep/x", b""),
    ];
    let folder = folder(&files);
    let inside = folder.path().join("in");
    symlink("../out.json", inside.join("leaving.json")).unwrap();
    symlink("/dev/zero", inside.join("endless.json")).unwrap();
    symlink("loop.json", inside.join("loop.json")).unwrap();
    assert!(Command::new("mkfifo").arg(inside.join("pipe.json")).status().unwrap().success());
    let table = [
        ("near.json", "AKS104"),
        ("other.json", "AKS902"),
        ("main.json", "AKS902"),
        ("../out.json", "AKS902"),
        ("leaving.json", "AKS902"),
        ("endless.json", "AKS902"),
        ("loop.json", "AKS902"),
        ("pipe.json", "AKS902"),
        ("/etc/passwd", "AKS902"),
        ("../../../../../../../../etc/passwd", "AKS902"),
        ("file:///etc/passwd", "AKS902"),
        ("\\u0000", "AKS902"),
        ("a\\nb", "AKS902"),
        ("", "AKS902"),
        (".", "AKS902"),
    ];
    for (link, expected) in table {
        fs::write(inside.join("main.json"), linking(link)).unwrap();
        let run = run(&inside, &["main.json", "--format", "concise"]);
        assert!(run.out.contains(expected) && !run.out.contains("root:"), "{link}: {run:?}");
        assert_eq!(run.out.contains("AKS104"), expected == "AKS104", "{link}: {run:?}");
    }
}

#[test]
fn configurations_and_rules_that_nest() {
    let bomb: String = ('b'..'k')
        .map(|name| {
            let before = char::from(name as u8 - 1);
            format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", "))
        })
        .collect();
    let bomb = format!("a: &a [x, x, x, x, x, x, x, x, x]\n{bomb}");
    let table = [
        ("rules: ".to_owned() + &"[".repeat(100_000)),
        ("rules: ".to_owned() + &"{a: ".repeat(20_000)),
        "- ".repeat(20_000),
        "? ".repeat(2_000),
        (0..1_000).map(|level| " ".repeat(level) + "a:\n").collect(),
        bomb,
        "x".repeat(2 << 20),
    ];
    for text in table {
        let template = open();
        let files: [(&str, &[u8]); 3] =
            [("main.json", template.as_bytes()), ("c.yaml", text.as_bytes()), ("a.Rule.yaml", text.as_bytes())];
        let folder = folder(&files);
        for option in [["--config", "c.yaml"], ["--rules", "a.Rule.yaml"]] {
            let run = run(folder.path(), &["main.json", option[0], option[1]]);
            assert_eq!(run.code, Some(2), "{option:?} {}: {run:?}", &text[..40.min(text.len())]);
        }
    }
}

#[test]
fn patterns_of_paths_too_long_for_an_automaton() {
    let main = open();
    for part in ["?", "[a-z]", "{a,b}"] {
        let config = format!("suppress: [{{rule: AKS101, path: \"{}\"}}]", part.repeat(100_000));
        let folder = folder(&[("main.json", main.as_bytes()), ("akslint.yaml", config.as_bytes())]);
        let run = run(folder.path(), &["main.json"]);
        assert_eq!(run.code, Some(2));
        assert!(run.error.contains("at most 1024 bytes"), "{}", run.error);
    }
}
