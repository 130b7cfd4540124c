//! What is absent from our Rust code.

use super::keeps;
use super::source::{Kind, PROJECT, Source, Token, definitions};

/// Where `words` stand one behind the other in the code of `source`.
fn lines_with(source: &Source, words: &[&str]) -> Vec<usize> {
    let tokens = source.tokens();
    let runs = tokens.windows(words.len());
    let found = runs.filter(|run| run.iter().zip(words).all(|(token, word)| token == word));
    found.map(|run| run[0].line).collect()
}

/// A rule over the code of every Rust file: what it `finds`, with the place before it.
fn in_code(sources: &[Source], finds: impl Fn(&Source) -> Vec<(usize, String)>) -> Vec<String> {
    let rust = sources.iter().filter(|source| source.is_rust());
    let found = rust.flat_map(|source| {
        finds(source).into_iter().map(|(line, what)| format!("{}:{line}: {what}", source.path))
    });
    found.collect()
}

fn public_traits(sources: &[Source]) -> Vec<String> {
    in_code(sources, |source| {
        let cloud = source.path.starts_with("shared/cloud/");
        let traits = if cloud { lines_with(source, &["trait"]) } else { Vec::new() };
        traits
            .into_iter()
            .map(|line| (line, "a trait: stand in for AWS, not for us".into()))
            .collect()
    })
}

#[test]
fn cloud_has_no_trait() {
    keeps(&public_traits(&PROJECT));
    let bad = [Source::sample("shared/cloud/src/store.rs", "// a trait\npub trait Store {}\n")];
    let expected = "shared/cloud/src/store.rs:2: a trait: stand in for AWS, not for us";
    assert_eq!(public_traits(&bad), [expected]);
}

fn scans(sources: &[Source]) -> Vec<String> {
    in_code(sources, |source| {
        let cloud = source.path.starts_with("shared/cloud/");
        let scans = if cloud { lines_with(source, &["scan", "("]) } else { Vec::new() };
        scans.into_iter().map(|line| (line, "a scan: open work is an item".into())).collect()
    })
}

#[test]
fn no_table_is_scanned() {
    keeps(&scans(&PROJECT));
    let bad = [Source::sample("shared/cloud/src/store.rs", "client\n    .scan()\n")];
    assert_eq!(scans(&bad), ["shared/cloud/src/store.rs:2: a scan: open work is an item"]);
}

/// A float is seen by clippy when it has a type or is used; its literal is seen here.
fn floats(sources: &[Source]) -> Vec<String> {
    let is_float = |token: &Token| {
        let number = token.text.starts_with(|c: char| c.is_ascii_digit());
        let hex = token.text.starts_with("0x");
        let typed = token.text.ends_with("f64") || token.text.ends_with("f32");
        number && !hex && (token.text.contains('.') || typed)
    };
    in_code(sources, |source| {
        let statistics = source.path.starts_with("shared/domain/src/estimate/stats");
        if statistics || source.is_test() {
            return Vec::new();
        }
        let tokens = source.tokens();
        let floats = tokens.iter().filter(|token| is_float(token));
        floats.map(|token| (token.line, format!("the float {}", token.text))).collect()
    })
}

#[test]
fn only_statistics_calculate_with_floats() {
    keeps(&floats(&PROJECT));
    let code = "let y = 2.5;\nlet z = pair.0.1 + 0x1f64;\nlet w = 2f64;";
    let bad = [
        Source::sample("shared/domain/src/tariff.rs", code),
        Source::sample("shared/domain/src/estimate/stats.rs", code),
        Source::sample("shared/domain/src/tariff/tests.rs", code),
    ];
    assert_eq!(
        floats(&bad),
        [
            "shared/domain/src/tariff.rs:1: the float 2.5",
            "shared/domain/src/tariff.rs:3: the float 2f64",
        ]
    );
}

/// Names that say nothing, or that hide what a thing is.
fn empty_names(sources: &[Source]) -> Vec<String> {
    const WORDS: [&str; 8] =
        ["Manager", "Service", "Helper", "Helpers", "Util", "Utils", "Data", "Info"];
    const MODULES: [&str; 6] = ["common", "helper", "helpers", "types", "util", "utils"];
    const VERBS: [&str; 3] = ["process", "do", "handle"];
    in_code(sources, |source| {
        let found = definitions(&source.tokens()).into_iter().filter(|found| match found.kind {
            // One of AWS is called a service by everyone; what is called so by us is a doer object.
            Kind::Type => {
                found.name != "Service" && WORDS.iter().any(|it| found.name.ends_with(it))
            }
            Kind::Module => MODULES.contains(&found.name.as_str()),
            Kind::Function => {
                let (verb, rest) = found.name.split_once('_').unwrap_or((&found.name, ""));
                VERBS.contains(&verb) && (verb == "process" || !rest.is_empty())
            }
            Kind::Variant => false,
        });
        found.map(|found| (found.line, format!("{} says nothing", found.name))).collect()
    })
}

#[test]
fn names_say_what_a_thing_is() {
    keeps(&empty_names(&PROJECT));
    let code = "mod utils;\nstruct MailManager;\nfn process_mail() {}\nfn handle_event() {}\n\
                fn handle() {}\nstruct Metadata;\nfn document() {}";
    assert_eq!(
        empty_names(&[Source::sample("shared/views/src/lib.rs", code)]),
        [
            "shared/views/src/lib.rs:1: utils says nothing",
            "shared/views/src/lib.rs:2: MailManager says nothing",
            "shared/views/src/lib.rs:3: process_mail says nothing",
            "shared/views/src/lib.rs:4: handle_event says nothing",
        ]
    );
}

/// Examples run where rules are explained; elsewhere each costs a link of half the SDK.
fn examples(sources: &[Source]) -> Vec<String> {
    in_code(sources, |source| {
        let explains = ["shared/domain/", "shared/links/"];
        if explains.iter().any(|folder| source.path.starts_with(folder)) {
            return Vec::new();
        }
        let docs = source.text.lines().enumerate().filter_map(|(at, line)| {
            let line = line.trim_start();
            let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
            Some((at + 1, doc.trim().strip_prefix("```")?))
        });
        // Every second fence closes what the one before it opened.
        let opened = docs.step_by(2);
        let run =
            opened.filter(|(_, kind)| matches!(*kind, "" | "rust" | "should_panic" | "no_run"));
        run.map(|(line, _)| (line, "an example that runs: only in domain and links".into()))
            .collect()
    })
}

#[test]
fn examples_run_only_in_domain_and_links() {
    keeps(&examples(&PROJECT));
    let code = "/// ```text\n/// a\n/// ```\n///\n/// ```\n/// b();\n/// ```\n";
    let bad = [
        Source::sample("shared/cloud/src/store.rs", code),
        Source::sample("shared/links/src/token.rs", code),
    ];
    let expected = "shared/cloud/src/store.rs:5: an example that runs: only in domain and links";
    assert_eq!(examples(&bad), [expected]);
}

fn waiting_tests(sources: &[Source]) -> Vec<String> {
    in_code(sources, |source| {
        if !source.is_test() {
            return Vec::new();
        }
        let sleeps = lines_with(source, &["sleep", "("]).into_iter();
        let ignored = lines_with(source, &["#", "[", "ignore"]).into_iter();
        let sleeps = sleeps.map(|line| (line, "a sleep: wait for an event".to_owned()));
        sleeps.chain(ignored.map(|line| (line, "a test that never runs".to_owned()))).collect()
    })
}

#[test]
fn tests_neither_sleep_nor_are_ignored() {
    keeps(&waiting_tests(&PROJECT));
    let code = "#[test]\n#[ignore = \"slow\"]\nfn a() { sleep(second); }";
    assert_eq!(
        waiting_tests(&[Source::sample("tests/it/a.rs", code)]),
        ["tests/it/a.rs:3: a sleep: wait for an event", "tests/it/a.rs:2: a test that never runs"]
    );
}
