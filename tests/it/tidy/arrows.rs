//! The arrow `domain <- links | views | documents | cloud <- functions/* <- infra/local <- tests`,
//! and what may not be in anyone's dependencies.

use super::graph::{Graph, PROJECT};
use super::keeps;

/// The layers, from what knows nothing to what knows everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    Rules,
    Pure,
    Cloud,
    Function,
    Local,
    Tests,
}

impl Layer {
    fn of(folder: &str) -> Option<Self> {
        match folder.split_once('/') {
            Some(("shared", "domain")) => Some(Self::Rules),
            Some(("shared", "links" | "views" | "documents")) => Some(Self::Pure),
            Some(("shared", "cloud")) => Some(Self::Cloud),
            Some(("functions", name)) if !name.contains('/') => Some(Self::Function),
            Some(("infra", "local")) => Some(Self::Local),
            None if folder == "tests" => Some(Self::Tests),
            Some(_) | None => None,
        }
    }
}

fn wrong_arrows(graph: &Graph) -> Vec<String> {
    let mut breaches = Vec::new();
    for (package, folder) in graph.ours() {
        let Some(layer) = Layer::of(folder) else {
            breaches.push(format!("{folder} is no place of the architecture"));
            continue;
        };
        for need in graph.direct(package) {
            let Some(below) = need.folder.as_deref().and_then(Layer::of) else { continue };
            // `cloud` loads the key ring that `links` reads; its other siblings are none of its business.
            let sibling = (layer, below) == (Layer::Cloud, Layer::Pure) && need.name != "links";
            let renders = need.name == "documents" && layer == Layer::Function;
            if below >= layer || sibling {
                breaches
                    .push(format!("{} depends on {}: against the arrow", package.name, need.name));
            } else if renders && package.name != "invoices" {
                breaches.push(format!("{} links documents: only invoices renders", package.name));
            }
        }
    }
    breaches
}

#[test]
fn arrows_point_to_the_rules() {
    keeps(&wrong_arrows(&PROJECT));
    let bad = Graph::sample(
        "domain@shared/domain -> links
         links@shared/links
         views@shared/views -> links
         cloud@shared/cloud -> links domain views
         documents@shared/documents
         mailer@functions/mailer -> cloud documents +meterlink
         invoices@functions/invoices -> documents
         meterlink@infra/local -> mailer
         helpers@shared/core/helpers -> domain",
    );
    assert_eq!(
        wrong_arrows(&bad),
        [
            "domain depends on links: against the arrow",
            "views depends on links: against the arrow",
            "cloud depends on views: against the arrow",
            "mailer links documents: only invoices renders",
            "mailer depends on meterlink: against the arrow",
            "shared/core/helpers is no place of the architecture",
        ]
    );
}

#[test]
fn no_function_depends_on_another() {
    let bad = Graph::sample("mailer@functions/mailer -> campaign\ncampaign@functions/campaign");
    assert_eq!(wrong_arrows(&bad), ["mailer depends on campaign: against the arrow"]);
    keeps(&wrong_arrows(&PROJECT));
}

/// A folder is named like its package; only `infra/local` is called as people call the program.
fn misnamed(graph: &Graph) -> Vec<String> {
    let ours = graph.ours().filter(|(package, folder)| {
        let last = folder.rsplit('/').next().unwrap();
        package.name != last && (package.name.as_str(), *folder) != ("meterlink", "infra/local")
    });
    ours.map(|(package, folder)| format!("{folder} holds the package {}", package.name)).collect()
}

#[test]
fn a_folder_has_the_name_of_its_package() {
    keeps(&misnamed(&PROJECT));
    let bad = Graph::sample("mail-sender@functions/mailer\nmeterlink@infra/local");
    assert_eq!(misnamed(&bad), ["functions/mailer holds the package mail-sender"]);
}

/// The SDK's clients belong to `cloud`; the plumbing below them also to the local stack, which stands
/// on the other side of it.
fn misplaced_edges(graph: &Graph) -> Vec<String> {
    let mut breaches = Vec::new();
    for (package, folder) in graph.ours() {
        for need in graph.direct(package) {
            let aws = need.name.starts_with("aws-") || need.name == "serde_dynamo";
            let client = need.name.starts_with("aws-sdk-") || need.name == "serde_dynamo";
            let may_aws = folder == "shared/cloud" || folder == "infra/local" && !client;
            if aws && !may_aws {
                breaches
                    .push(format!("{} names {}: only cloud names AWS", package.name, need.name));
            }
            if need.name.starts_with("lambda_") && !folder.starts_with("functions/") {
                breaches.push(format!("{} names {}: only functions do", package.name, need.name));
            }
        }
    }
    breaches
}

#[test]
fn only_cloud_names_aws_and_only_functions_name_lambda() {
    keeps(&misplaced_edges(&PROJECT));
    let bad = Graph::sample(
        "cloud@shared/cloud -> aws-sdk-s3 lambda_runtime
         meterlink@infra/local -> aws-smithy-types aws-sdk-s3
         mailer@functions/mailer -> lambda_runtime aws-config",
    );
    assert_eq!(
        misplaced_edges(&bad),
        [
            "cloud names lambda_runtime: only functions do",
            "meterlink names aws-sdk-s3: only cloud names AWS",
            "mailer names aws-config: only cloud names AWS",
        ]
    );
}

fn impure(graph: &Graph) -> Vec<String> {
    const WAITING: [&str; 6] = ["async-std", "hyper", "mio", "reqwest", "tokio", "ureq"];
    let mut breaches = Vec::new();
    for (package, folder) in graph.ours() {
        if !matches!(Layer::of(folder), Some(Layer::Rules | Layer::Pure)) {
            continue;
        }
        let closure = graph.closure(package).into_iter();
        let waits = closure.filter(|name| WAITING.contains(name) || name.starts_with("aws-"));
        breaches.extend(waits.map(|name| format!("{} pulls in {name}", package.name)));
    }
    breaches
}

#[test]
fn pure_crates_pull_in_nothing_that_waits() {
    keeps(&impure(&PROJECT));
    let bad = Graph::sample(
        "domain@shared/domain -> chrono +tokio
         views@shared/views -> template
         template -> fetch
         fetch -> reqwest aws-config
         reqwest -> hyper
         cloud@shared/cloud -> tokio",
    );
    assert_eq!(
        impure(&bad),
        ["views pulls in aws-config", "views pulls in hyper", "views pulls in reqwest"]
    );
}

/// Ids are built from what they name, or allotted by `cloud`: nobody else draws anything.
fn random(graph: &Graph) -> Vec<String> {
    const DRAWS: [&str; 5] = ["fastrand", "getrandom", "rand", "ulid", "uuid"];
    let mut breaches = Vec::new();
    for (package, folder) in graph.ours() {
        for need in graph.direct(package) {
            let allotted = folder == "shared/cloud" && need.name == "getrandom";
            if DRAWS.contains(&need.name.as_str()) && !allotted {
                breaches.push(format!("{} names {}", package.name, need.name));
            }
        }
    }
    breaches
}

#[test]
fn only_cloud_draws_random_bytes() {
    keeps(&random(&PROJECT));
    let bad =
        Graph::sample("cloud@shared/cloud -> getrandom uuid\nlinks@shared/links -> getrandom");
    assert_eq!(random(&bad), ["cloud names uuid", "links names getrandom"]);
}

/// One manifest that turns the defaults on brings a second TLS, credential providers and seconds of
/// build for everyone.
fn untrimmed(graph: &Graph) -> Vec<String> {
    let trimmed = graph.packages().iter().filter(|package| {
        let name = package.name.as_str();
        name.starts_with("aws-sdk-") || name.starts_with("lambda_") || name == "aws-config"
    });
    let wide = trimmed.filter(|package| package.features.contains("default"));
    wide.map(|package| format!("{} has its default features", package.name)).collect()
}

#[test]
fn nobody_turns_the_defaults_of_aws_on() {
    keeps(&untrimmed(&PROJECT));
    let bad =
        Graph::sample("aws-config[default rt-tokio]\nlambda_http[apigw_http]\nserde[default]");
    assert_eq!(untrimmed(&bad), ["aws-config has its default features"]);
}
