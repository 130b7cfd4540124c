//! One word per thing: `docs/glossary.md` against the names in our code.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::source::{Kind, PROJECT, Source, definitions};
use super::{graph, keeps};

mod not_yet;

use not_yet::NOT_YET;

/// Code names of others, which the glossary only mentions.
const FOREIGN: [&str; 3] = ["Debug", "Decimal", "NaiveDate"];

/// Names of days: in code a field or a constant, of type `NaiveDate`.
const DAYS: [&str; 2] = ["Deadline", "ReferenceDate"];

fn glossary(sources: &[Source]) -> &str {
    &sources.iter().find(|source| source.path == "docs/glossary.md").unwrap().text
}

/// The lines below `## <number>.`, up to the next heading.
fn section(glossary: &str, number: usize) -> impl Iterator<Item = &str> {
    let heading = format!("## {number}.");
    let below = glossary.lines().skip_while(move |line| !line.starts_with(&heading)).skip(1);
    below.take_while(|line| !line.starts_with("## "))
}

/// The cells of the rows of a table in `lines`, without its head.
fn rows<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Vec<&'a str>> {
    let rows = lines.filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    rows.skip(2).map(|row| row.split('|').map(str::trim).collect())
}

/// What stands in `code font` in `text`.
fn in_code_font(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The name of a type or variant that begins `code`: `Grant` of `Grant<T>`.
fn type_name(code: &str) -> Option<&str> {
    let name = code.split(['<', '(']).next()?;
    let camel = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.contains(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric());
    (camel && !FOREIGN.contains(&name)).then_some(name)
}

/// The names of types and variants in sections 1 to 6 that are not marked *later*.
fn type_names(glossary: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for number in 1..=5 {
        for row in rows(section(glossary, number)) {
            let [code, _, meaning, format, ..] = row[..] else { continue };
            if meaning.contains("(*later*)") {
                continue;
            }
            for cell in [code, meaning, format] {
                let now = cell.split("*later*").next().unwrap();
                names.extend(in_code_font(now).filter_map(type_name).map(str::to_owned));
            }
        }
    }
    let system = section(glossary, 6).collect::<Vec<_>>().join(" ");
    names.extend(in_code_font(&system).filter_map(type_name).map(str::to_owned));
    names
}

/// The names in section 6 behind `<list>:`.
fn listed<'a>(glossary: &'a str, list: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for line in section(glossary, 6).skip_while(|line| !line.contains(list)) {
        let behind = line.split_once(list).map_or(line, |(_, behind)| behind);
        let (until, ended) =
            behind.split_once('.').map_or((behind, false), |(until, _)| (until, true));
        names.extend(in_code_font(until));
        if ended {
            break;
        }
    }
    names
}

/// Everything that the glossary says our code has; what is no type has its kind before it.
fn promised(glossary: &str) -> BTreeSet<String> {
    let mut names = type_names(glossary);
    names.extend(listed(glossary, "Functions:").into_iter().map(|name| format!("function {name}")));
    names.extend(listed(glossary, "Tables:").into_iter().map(|name| format!("table {name}")));
    names
}

fn snake(camel: &str) -> String {
    words(camel).join("_")
}

/// Everything that our code has, in the same notation.
fn present(sources: &[Source], graph: &Graph) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let ours = ["shared/", "functions/", "infra/"];
    let shipped = sources.iter().filter(|source| {
        source.is_rust() && !source.is_test() && ours.iter().any(|it| source.path.starts_with(it))
    });
    for source in shipped {
        let tokens = source.tokens();
        let found = definitions(&tokens).into_iter();
        let found = found.filter(|it| matches!(it.kind, Kind::Type | Kind::Variant));
        names.extend(found.map(|found| found.name));
        let days = DAYS.iter().filter(|day| tokens.iter().any(|token| token.text == snake(day)));
        names.extend(days.map(|day| (*day).to_owned()));
    }
    let functions = graph.ours().filter_map(|(_, folder)| folder.strip_prefix("functions/"));
    names.extend(functions.map(|name| format!("function {name}")));
    for source in sources.iter().filter(|source| source.path == "template.yaml") {
        let tables = source.text.split("${AWS::StackName}-").skip(1);
        let tables =
            tables.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '-').next());
        names.extend(tables.flatten().map(|name| format!("table {}", name.trim_end_matches('-'))));
    }
    names
}

/// What is promised, absent, and not excused; and the excuses that hold no longer.
fn broken_promises(
    promised: &BTreeSet<String>,
    present: &BTreeSet<String>,
    excused: &[&str],
) -> Vec<String> {
    let excused: BTreeSet<String> = excused.iter().map(|name| (*name).to_owned()).collect();
    let owed = promised - present;
    let mut breaches = Vec::new();
    breaches.extend(
        (&owed - &excused)
            .iter()
            .map(|name| format!("`{name}` is in the glossary and nowhere in our code")),
    );
    breaches.extend(
        (&excused & present)
            .iter()
            .map(|name| format!("`{name}` exists now: take it out of NOT_YET")),
    );
    breaches.extend(
        (&excused - promised)
            .iter()
            .map(|name| format!("`{name}` is in NOT_YET and not in the glossary")),
    );
    breaches
}

#[test]
fn every_code_name_of_the_glossary_exists() {
    let promised = promised(glossary(&PROJECT));
    keeps(&broken_promises(&promised, &present(&PROJECT, &graph::PROJECT), NOT_YET));
}

const SAMPLE: &str = "
## 1. People

| Code | Dutch | Meaning | Format | From |
|---|---|---|---|---|
| `Holder` | klant | name and number | `Person` or `Company` | IEC `Other` |
| `Grant<T>` | | not a permission | `NaiveDate`, `OPEN#<a>` | |
| `LinkType` | | `Submit`; *later* `Pay` | u8 | |
| `MoveIn` | | a start (*later*), `Both` | | |
| operator | | someone | | |

## 6. System

`Store` (DynamoDB): the types. Functions: `import`,
`keys`. Tables: `core`. `App` is what a function builds.

## 9. Banned synonyms

| Not | But |
|---|---|
| `round`, `stand`; batch | `Campaign` |
| `job` | `Action` |
";

#[test]
fn the_glossary_is_read_as_it_is_written() {
    let names: Vec<_> = promised(SAMPLE).into_iter().collect();
    assert_eq!(
        names.join(", "),
        "App, Company, Grant, Holder, LinkType, Person, Store, Submit, \
         function import, function keys, table core"
    );
    assert_eq!(
        banned(SAMPLE).into_iter().collect::<Vec<_>>(),
        [("job", "`Action`"), ("round", "`Campaign`"), ("stand", "`Campaign`"),]
    );
}

#[test]
fn a_promise_is_kept_or_excused_and_an_excuse_ends() {
    let code = "pub struct Grant<T>(T); enum Name { Person }";
    let sources = [
        Source::sample("shared/links/src/grant.rs", code),
        Source::sample("shared/links/src/grant/tests.rs", "struct Holder;"),
        Source::sample("template.yaml", "TableName: !Sub ${AWS::StackName}-core${TableSuffix}"),
    ];
    let present = present(&sources, &Graph::sample("keys@functions/keys"));
    let excused = ["App", "Company", "LinkType", "Person", "Store", "Submit", "Gone"];
    assert_eq!(
        broken_promises(&promised(SAMPLE), &present, &excused),
        [
            "`Holder` is in the glossary and nowhere in our code",
            "`function import` is in the glossary and nowhere in our code",
            "`Person` exists now: take it out of NOT_YET",
            "`Gone` is in NOT_YET and not in the glossary",
        ]
    );
}

/// The banned words of section 9, each with what to say instead.
fn banned(glossary: &str) -> BTreeMap<&str, &str> {
    let mut banned = BTreeMap::new();
    for row in rows(section(glossary, 9)) {
        let [not, but, ..] = row[..] else { continue };
        banned.extend(in_code_font(not).map(|word| (word, but)));
    }
    banned
}

/// The words of a name in any case, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for c in name.chars() {
        let begins = !inside || c.is_uppercase();
        inside = c.is_alphanumeric();
        if inside && begins {
            words.push(String::new());
        }
        words.last_mut().filter(|_| inside).into_iter().for_each(|it| it.extend(c.to_lowercase()));
    }
    words
}

/// The banned word in `name`. A stand-in is no `stand`, and a plural is as bad as its word.
fn banned_word<'a>(name: &str, banned: &BTreeMap<&'a str, &'a str>) -> Option<(&'a str, &'a str)> {
    let words = words(name);
    words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1).map_or("", String::as_str);
        let stand_in = word == "stand" && matches!(next, "in" | "ins");
        let singular = word.strip_suffix('s').unwrap_or(word);
        let found = banned.get_key_value(word.as_str()).or_else(|| banned.get_key_value(singular));
        found.filter(|_| !stand_in).map(|(word, but)| (*word, *but))
    })
}

fn synonyms(sources: &[Source], graph: &Graph, banned: &BTreeMap<&str, &str>) -> Vec<String> {
    let mut names: Vec<(String, String)> = Vec::new();
    names.extend(graph.ours().map(|(package, folder)| (folder.to_owned(), package.name.clone())));
    for source in sources {
        if source.is_rust() {
            let found = definitions(&source.tokens()).into_iter();
            let found = found.filter(|found| matches!(found.kind, Kind::Type | Kind::Module));
            names.extend(found.map(|it| (format!("{}:{}", source.path, it.line), it.name)));
        } else if let Some((_, template)) = source.path.split_once("/templates/") {
            names.push((source.path.clone(), template.to_owned()));
        }
    }
    let breaches = names.into_iter().filter_map(|(place, name)| {
        let (word, but) = banned_word(&name, banned)?;
        Some(format!("{place}: `{name}` says `{word}`: say {but}"))
    });
    breaches.collect()
}

#[test]
fn no_name_has_a_banned_word() {
    keeps(&synonyms(&PROJECT, &graph::PROJECT, &banned(glossary(&PROJECT))));
    let sources = [
        Source::sample("a.rs", "struct ReadingRound; mod jobs; struct StandIn; struct Rounded;"),
        Source::sample("b.rs", "mod meter_stand; fn round() {}"),
        Source::sample("shared/views/templates/mail/job/text.txt", ""),
    ];
    let graph = Graph::sample("round-trip@shared/round-trip\nstand_ins@infra/stand_ins");
    assert_eq!(
        synonyms(&sources, &graph, &banned(SAMPLE)),
        [
            "shared/round-trip: `round-trip` says `round`: say `Campaign`",
            "a.rs:1: `ReadingRound` says `round`: say `Campaign`",
            "a.rs:1: `jobs` says `job`: say `Action`",
            "b.rs:1: `meter_stand` says `stand`: say `Campaign`",
            "shared/views/templates/mail/job/text.txt: `mail/job/text.txt` says `job`: say `Action`",
        ]
    );
}
