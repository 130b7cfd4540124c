//! `meterlink check-config`: whether a folder of configuration can be deployed, said before anything is
//! built.
//!
//! Every file is read as the functions read it when they start, and all that is wrong with any of them
//! is told at once. Then every function is started with it, so that no rule is left out here.

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::DateTime;

use cloud::Config;
use domain::estimate::parameters::ParameterSets;
use domain::estimate::standards::{Bounds, Standards};
use domain::language::Language;
use views::brand::Brand;
use views::texts;
use views::utility::Utility;

use crate::configuration;
use crate::stack::{Options, Stack};
use crate::standin::Keep;
use crate::world::BASE_URL;

/// What would be deployed breaks a rule.
const BROKEN: u8 = 2;

/// The files that there are one of.
const FILES: [&str; 6] = [
    "bounds.toml",
    "brand.toml",
    "estimation.toml",
    "invoicing.toml",
    "norms.toml",
    "utility.toml",
];

/// The folders of which functions read every file.
const FOLDERS: [&str; 3] = ["campaigns/", "released/", "tariffs/"];

/// The folders of texts, one file a language. Programs are built with those of `infra/config`.
const TEXTS: [&str; 2] = ["texts/", "texts/documents/"];

/// What `meterlink check-config` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct ConfigArgs {
    /// The folder that is deployed with the functions
    #[arg(value_name = "DIR", default_value = "infra/config")]
    folder: PathBuf,
}

/// Reads the folder and prints the files that were read, or all that is wrong with them.
pub fn check_folder(args: &ConfigArgs) -> ExitCode {
    let broken = match Config::read(&args.folder) {
        Ok(config) => match check(&config) {
            Ok(()) => {
                let printed = print_files(&config);
                return printed.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
            }
            Err(broken) => broken,
        },
        Err(failure) => vec![failure.what()],
    };
    let folder = args.folder.display();
    let told = broken.iter().try_for_each(|line| writeln!(io::stderr(), "{line}"));
    // Nobody is left to tell when standard error is gone.
    drop(told.and_then(|()| {
        writeln!(io::stderr(), "error: {folder} cannot be deployed; mend what is named above")
    }));
    ExitCode::from(BROKEN)
}

fn print_files(config: &Config) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for path in config.below("") {
        writeln!(output, "read  {path}")?;
    }
    writeln!(output, "ok")
}

/// Whether the functions would start with `config`.
///
/// **Errors.** Every rule that a file breaks, a line each, by file and line: whoever wrote the file mends
/// it.
pub fn check(config: &Config) -> Result<(), Vec<String>> {
    let broken = files(config);
    if !broken.is_empty() {
        let mut lines: Vec<String> = broken.into_iter().collect();
        lines.sort_by(|a, b| place(a).cmp(&place(b)));
        return Err(lines);
    }
    start(config.clone()).map_err(|refused| refused.lines().map(str::to_owned).collect())
}

/// What is wrong with the files.
fn files(config: &Config) -> BTreeSet<String> {
    let mut logo = None;
    let brand = |path: &str, text: &str| {
        let beside = |path: &str| {
            logo = Some(path.to_owned());
            config.bytes(path).map(<[u8]>::to_vec)
        };
        Brand::parse(path, text, beside).map_err(|error| error.to_string())
    };
    let read = [
        config.campaigns().map(drop).map_err(|failure| failure.to_string()),
        config.price_lists().map(drop).map_err(|failure| failure.to_string()),
        config.invoicing().map(drop).map_err(|failure| failure.to_string()),
        parsed(config, "brand.toml", brand),
        parsed(config, "utility.toml", |path, text| {
            Utility::parse(path, text).map_err(|error| error.to_string())
        }),
        parsed(config, "estimation.toml", |path, text| {
            ParameterSets::parse(path, text).map_err(|errors| lines(&errors))
        }),
        parsed(config, "norms.toml", |path, text| {
            Standards::parse(path, text).map_err(|errors| lines(&errors))
        }),
        parsed(config, "bounds.toml", |path, text| {
            Bounds::parse(path, text).map_err(|errors| lines(&errors))
        }),
    ];
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for told in read.into_iter().filter_map(Result::err) {
        broken.extend(told.lines().map(str::to_owned));
    }
    broken.extend(TEXTS.iter().flat_map(|folder| of_texts(config, folder)));
    broken.extend(unread(config, logo.as_deref()));
    broken
}

/// What `parse` says of a file.
fn parsed<T>(
    config: &Config,
    path: &str,
    parse: impl FnOnce(&str, &str) -> Result<T, String>,
) -> Result<(), String> {
    let text = config.text(path).map_err(|failure| failure.to_string())?;
    parse(path, text).map(drop)
}

fn lines(errors: &[impl ToString]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What is wrong with the texts of a folder, if it has any.
fn of_texts(config: &Config, folder: &str) -> Vec<String> {
    let paths = text_files(config, folder);
    if !paths.iter().any(|path| config.bytes(path).is_some()) {
        return Vec::new();
    }
    let mut broken = Vec::new();
    let mut files = Vec::new();
    for path in &paths {
        match config.text(path) {
            Ok(text) => files.push((path.as_str(), text)),
            Err(failure) => broken.push(failure.what()),
        }
    }
    broken.extend(texts::faults(&files).iter().map(ToString::to_string));
    broken
}

/// The files of a folder of texts: Dutch and English, and each other language that was added.
fn text_files(config: &Config, folder: &str) -> Vec<String> {
    let file = |language: Language| format!("{folder}{language}.ftl");
    let has_file = |language: &Language| {
        matches!(language, Language::Nl | Language::En) || config.bytes(&file(*language)).is_some()
    };
    Language::ALL.into_iter().filter(has_file).map(file).collect()
}

/// The files that nothing reads: names that somebody mistyped.
fn unread(config: &Config, logo: Option<&str>) -> Vec<String> {
    let texts: BTreeSet<String> =
        TEXTS.iter().flat_map(|folder| text_files(config, folder)).collect();
    let read = |path: &&str| {
        FILES.contains(path)
            || FOLDERS.iter().any(|folder| path.starts_with(folder))
            || texts.contains(*path)
            // A brand that cannot be read does not say which file is its logo.
            || logo.is_none_or(|logo| logo == *path)
    };
    let known = format!("{}, {}", FILES.join(", "), FOLDERS.join(", "));
    let unread = config.below("").filter(|path| !read(path));
    unread.map(|path| format!("{path}: nothing reads it; there are {known}")).collect()
}

/// Where a line says that something is wrong: file, line from 1 (0 where none is named), and the rest.
fn place(told: &str) -> (&str, u32, &str) {
    let end = told.find([':', ' ']).unwrap_or(told.len());
    let (file, rest) = told.split_at(end);
    let number = rest.strip_prefix(':').and_then(|rest| rest.split(' ').next());
    (file, number.and_then(|number| number.parse().ok()).unwrap_or_default(), rest)
}

/// Starts every function, as a deploy does.
fn start(config: Config) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let options = Options {
        seed: 1,
        now: DateTime::UNIX_EPOCH,
        config,
        keep: Keep::Nothing,
        base_url: BASE_URL,
        drawers: configuration::DRAWERS,
    };
    let started = runtime
        .map_err(|error| error.to_string())?
        .block_on(async { Stack::start(options).map(drop) });
    started.map_err(|error| error.to_string())
}
