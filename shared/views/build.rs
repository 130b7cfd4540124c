//! Lists the texts for people: each file `infra/config/texts/<tag>.ftl` is a language.

use std::path::Path;
use std::{fs, io};

const TEXTS: &str = "../../infra/config/texts";

/// Writes `texts.rs`, the table that `src/texts.rs` includes: a language and its file a row. A tag
/// that `domain::language` does not know is no variant of it, and does not compile.
fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={TEXTS}");
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(TEXTS)? {
        let path = fs::canonicalize(entry?.path())?;
        let tag = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push((variant(tag), path.display().to_string()));
        }
    }
    files.sort();
    let row = |(variant, path): &(String, String)| {
        format!("    File::new(Language::{variant}, include_str!({path:?})),\n")
    };
    let rows: Vec<String> = files.iter().map(row).collect();
    let table = format!("static FILES: [File; {}] = [\n{}];\n", rows.len(), rows.concat());
    fs::write(Path::new(&out_dir()?).join("texts.rs"), table)
}

/// `Nl` of `nl`.
fn variant(tag: &str) -> String {
    let mut letters = tag.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[expect(clippy::disallowed_methods, reason = "cargo says there where a build script may write")]
fn out_dir() -> io::Result<std::ffi::OsString> {
    std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo runs this, and sets OUT_DIR"))
}
