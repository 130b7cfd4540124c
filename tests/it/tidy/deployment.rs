//! `template.yaml` against the packages that it deploys and the settings that they read, and what
//! people are shown.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::source::{PROJECT, Source};
use super::{graph, keeps};

fn text<'a>(sources: &'a [Source], path: &str) -> Option<&'a str> {
    sources.iter().find(|source| source.path == path).map(|source| source.text.as_str())
}

/// What stands in `text` behind each `prefix`, as long as its characters are `wanted`.
fn behind<'a>(text: &'a str, prefix: &str, wanted: impl Fn(char) -> bool) -> BTreeSet<&'a str> {
    let rests = text.split(prefix).skip(1);
    rests.filter_map(|rest| rest.split(|c| !wanted(c)).next()).collect()
}

fn undeployed(sources: &[Source], graph: &Graph) -> Vec<String> {
    let Some(template) = text(sources, "template.yaml") else { return Vec::new() };
    let deployed = behind(template, "target/lambda/", |c| c.is_alphanumeric() || c == '-');
    let packages = graph.ours().filter_map(|(_, folder)| folder.strip_prefix("functions/"));
    let packages: BTreeSet<&str> = packages.collect();
    let lost = (&deployed - &packages).into_iter();
    let idle = (&packages - &deployed).into_iter();
    lost.map(|name| format!("template.yaml deploys {name}, which is no package"))
        .chain(idle.map(|name| format!("functions/{name} is not in template.yaml")))
        .collect()
}

#[test]
fn the_template_deploys_every_function_and_no_other() {
    keeps(&undeployed(&PROJECT, &graph::PROJECT));
    let template = "CodeUri: target/lambda/mailer\nCodeUri: ./target/lambda/portal/\n";
    let graph = Graph::sample("mailer@functions/mailer\nsettle@functions/settle");
    assert_eq!(
        undeployed(&[Source::sample("template.yaml", template)], &graph),
        [
            "template.yaml deploys portal, which is no package",
            "functions/settle is not in template.yaml",
        ]
    );
}

fn unsettled(sources: &[Source]) -> Vec<String> {
    let template = text(sources, "template.yaml");
    let settings = text(sources, "shared/cloud/src/settings.rs");
    let (Some(template), Some(settings)) = (template, settings) else { return Vec::new() };
    let named = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let set = behind(template, "METERLINK_", named);
    let read = behind(settings, "METERLINK_", named);
    let unread = (&set - &read).into_iter();
    let unset = (&read - &set).into_iter();
    unread
        .map(|name| format!("METERLINK_{name} is set by template.yaml and read by nothing"))
        .chain(unset.map(|name| format!("METERLINK_{name} is read and set by nothing")))
        .collect()
}

#[test]
fn what_the_template_sets_is_what_the_settings_read() {
    keeps(&unsettled(&PROJECT));
    let sources = [
        Source::sample("template.yaml", "METERLINK_CORE: !Ref Core\nMETERLINK_OLD: a"),
        Source::sample("shared/cloud/src/settings.rs", "(\"METERLINK_CORE\", \"METERLINK_KEYS\")"),
    ];
    assert_eq!(
        unsettled(&sources),
        [
            "METERLINK_OLD is set by template.yaml and read by nothing",
            "METERLINK_KEYS is read and set by nothing",
        ]
    );
}

/// What the template gives to each function: its own variables and those of all.
fn given(template: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let named = |c: char| c.is_ascii_uppercase() || c == '_';
    let (globals, resources) = template.split_once("\nResources:").unwrap_or(("", template));
    let mut given = BTreeMap::new();
    for rest in resources.split("target/lambda/").skip(1) {
        // A resource ends where the next one, or a comment before it, begins.
        let mut lines = rest.lines();
        let function = lines.next().unwrap_or_default().trim();
        let own = lines.take_while(|line| !line.starts_with("  ") || line.starts_with("    "));
        let own: Vec<_> = own.filter(|line| line.contains("METERLINK_")).collect();
        let own = own.into_iter().flat_map(|line| behind(line, "METERLINK_", named));
        given.insert(function, own.chain(behind(globals, "METERLINK_", named)).collect());
    }
    given
}

/// The variables in `App::SETTINGS` of `function`.
fn asked<'a>(sources: &'a [Source], settings: &'a str, function: &str) -> BTreeSet<&'a str> {
    let folder = format!("functions/{function}/src/");
    let mut code = sources.iter().filter(|it| it.path.starts_with(&folder) && !it.is_test());
    let list = code.find_map(|it| it.text.split_once("SETTINGS: &[Name] ="));
    let list = list.and_then(|(_, rest)| rest.split_once("];")).map_or("", |(list, _)| list);
    let variable = |name: &str| {
        let (_, rest) = settings.split_once(&format!("Self::{name} => \"METERLINK_"))?;
        rest.split('"').next()
    };
    behind(list, "Name::", char::is_alphanumeric).into_iter().filter_map(variable).collect()
}

fn misgiven(sources: &[Source]) -> Vec<String> {
    let template = text(sources, "template.yaml");
    let settings = text(sources, "shared/cloud/src/settings.rs");
    let (Some(template), Some(settings)) = (template, settings) else { return Vec::new() };
    let mut breaches = Vec::new();
    for (function, given) in given(template) {
        let asked = asked(sources, settings, function);
        let more = (&given - &asked).into_iter();
        breaches.extend(more.map(|it| format!("{function} is given {it}, which it does not read")));
        let less = (&asked - &given).into_iter();
        breaches.extend(less.map(|it| format!("{function} reads {it}, which it is not given")));
    }
    breaches
}

#[test]
fn each_function_is_given_what_it_reads() {
    keeps(&misgiven(&PROJECT));
    let template = "Globals:\n  METERLINK_CORE: a\nResources:\n  Mailer:\n    CodeUri: target/lambda/mailer\n    \
                    METERLINK_OLD: b\n  Other:\n    METERLINK_NOT: c\n";
    let sources = [
        Source::sample("template.yaml", template),
        Source::sample(
            "shared/cloud/src/settings.rs",
            "Self::Core => \"METERLINK_CORE\", Self::Keys => \"METERLINK_KEYS\"",
        ),
        Source::sample(
            "functions/mailer/src/app.rs",
            "const SETTINGS: &[Name] = &[Name::Core, Name::Keys];",
        ),
    ];
    assert_eq!(
        misgiven(&sources),
        ["mailer is given OLD, which it does not read", "mailer reads KEYS, which it is not given"]
    );
}

/// The messages and attributes of a Fluent file.
fn messages(fluent: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut message = "";
    for line in fluent.lines() {
        let Some((name, _)) = line.split_once('=') else { continue };
        let named = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        let bare = name.trim();
        if let Some(attribute) = bare.strip_prefix('.').filter(|name| named(name)) {
            names.insert(format!("{message}.{attribute}"));
        } else if !name.starts_with(' ') && named(bare.trim_start_matches('-')) {
            message = bare;
            names.insert(bare.to_owned());
        }
    }
    names
}

fn untranslated(sources: &[Source]) -> Vec<String> {
    let mut languages: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let Some(name) = source.path.strip_suffix(".ftl") else { continue };
        let mut parts = name.rsplit(['/', '.']);
        let Some(language) = parts.find(|part| matches!(*part, "nl" | "en")) else {
            return vec![format!("{} is of no language", source.path)];
        };
        languages.entry(language).or_default().extend(messages(&source.text));
    }
    let all: BTreeSet<String> = languages.values().flatten().cloned().collect();
    let missing = languages.iter().flat_map(|(language, messages)| {
        (&all - messages).into_iter().map(move |name| format!("{name} is missing in {language}"))
    });
    missing.collect()
}

#[test]
fn every_text_is_there_in_every_language() {
    keeps(&untranslated(&PROJECT));
    let dutch =
        "# titel = a\ntitel = Meterstand\n    .hint = a = b\n-merk = a\nregel =\n    x = { $n }\n";
    let sources = [
        Source::sample("shared/views/i18n/nl/page.ftl", dutch),
        Source::sample("shared/views/i18n/en/page.ftl", "titel = Meter\nregel = x\nextra = y\n"),
    ];
    assert_eq!(
        untranslated(&sources),
        ["-merk is missing in en", "titel.hint is missing in en", "extra is missing in nl"]
    );
}

/// What stands between `{{ }}` and `{% %}` without its literals, with the line it begins on.
fn expressions(template: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut line = 1;
    for (at, piece) in template.replace("{{", "{%").replace("}}", "%}").split("{%").enumerate() {
        if let Some((inside, _)) = piece.split_once("%}").filter(|_| at > 0) {
            let code: String = inside.split('"').step_by(2).collect();
            // A `-` at either end eats white space, it subtracts nothing.
            found.push((line, code.trim_matches(['-', '~', '+']).to_owned()));
        }
        line += piece.matches('\n').count();
    }
    found
}

fn calculating(sources: &[Source]) -> Vec<String> {
    const FILTERS: [&str; 3] = ["round", "abs", "filesizeformat"];
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.path.contains("/templates/")) {
        for (line, code) in expressions(&source.text) {
            let sign = [" + ", " - ", " * ", " / ", " % "].iter().any(|sign| code.contains(sign));
            let mut filters = code.split('|').skip(1).map(str::trim);
            if sign || filters.any(|filter| FILTERS.iter().any(|it| filter.starts_with(it))) {
                breaches.push(format!("{}:{line}: calculates: {}", source.path, code.trim()));
            }
        }
    }
    breaches
}

#[test]
fn no_template_calculates() {
    keeps(&calculating(&PROJECT));
    let template =
        "<p>a - b</p>\n{%- if a -%}{{ total + vat }}\n{{ text(\"a - b\") }}{{ x|round }}";
    assert_eq!(
        calculating(&[Source::sample("shared/views/templates/page/a.html", template)]),
        [
            "shared/views/templates/page/a.html:2: calculates: total + vat",
            "shared/views/templates/page/a.html:3: calculates: x|round",
        ]
    );
}
