//! Who depends on whom, as `cargo metadata` resolves it for this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use super::source;

/// How one package needs another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It is linked, or runs when the package is built.
    Ships,
    /// Only its tests need it.
    Tests,
}

/// One version of one package.
pub(super) struct Package {
    pub(super) name: String,
    /// The folder from the root of the project, if the package is ours.
    pub(super) folder: Option<String>,
    /// The features that are on when the whole workspace is built.
    pub(super) features: BTreeSet<String>,
    needs: Vec<(usize, Need)>,
}

/// All packages of a build.
pub(super) struct Graph(Vec<Package>);

/// The graph of this project.
pub(super) static PROJECT: LazyLock<Graph> = LazyLock::new(|| {
    let host = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let answer = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform"])
        .arg(host)
        .current_dir(source::root())
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    Graph::from_metadata(&serde_json::from_slice(&answer.stdout).unwrap())
});

impl Graph {
    fn from_metadata(metadata: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let root = text(&metadata["workspace_root"]);
        let listed = metadata["packages"].as_array().unwrap();
        let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
        let place: BTreeMap<&str, usize> =
            nodes.iter().enumerate().map(|(at, node)| (node["id"].as_str().unwrap(), at)).collect();
        let package = |node: &Value| {
            let listed = listed.iter().find(|package| package["id"] == node["id"]).unwrap();
            let folder = listed["source"].is_null().then(|| {
                let manifest = text(&listed["manifest_path"]);
                let inside = manifest.strip_prefix(&root).unwrap().trim_start_matches('/');
                inside.trim_end_matches("Cargo.toml").trim_end_matches('/').to_owned()
            });
            let needs = node["deps"].as_array().unwrap().iter().flat_map(|need| {
                let to = place[need["pkg"].as_str().unwrap()];
                need["dep_kinds"].as_array().unwrap().iter().map(move |kind| {
                    (to, if kind["kind"] == "dev" { Need::Tests } else { Need::Ships })
                })
            });
            Package {
                name: text(&listed["name"]),
                folder,
                features: node["features"].as_array().unwrap().iter().map(text).collect(),
                needs: needs.collect(),
            }
        };
        Self(nodes.iter().map(package).collect())
    }

    /// A graph for a sample. A line is `name -> name name`; ours are written `name@folder` on the
    /// left, what only tests need is written `+name`, features stand in `[ ]` behind the name.
    pub(super) fn sample(lines: &str) -> Self {
        let mut packages: Vec<Package> = Vec::new();
        let find = |packages: &mut Vec<Package>, name: &str| {
            packages.iter().position(|package| package.name == name).unwrap_or_else(|| {
                let (folder, features) = (None, BTreeSet::new());
                let needs = Vec::new();
                packages.push(Package { name: name.to_owned(), folder, features, needs });
                packages.len() - 1
            })
        };
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (package, needs) = line.split_once("->").unwrap_or((line, ""));
            let (package, features) = package.trim().split_once('[').unwrap_or((package, ""));
            let (name, folder) = package.trim().split_once('@').unwrap_or((package.trim(), ""));
            let at = find(&mut packages, name);
            packages[at].folder = (!folder.is_empty()).then(|| folder.to_owned());
            let features = features.trim().trim_end_matches(']').split_whitespace();
            packages[at].features = features.map(str::to_owned).collect();
            for need in needs.split_whitespace() {
                let kind = if need.starts_with('+') { Need::Tests } else { Need::Ships };
                let to = find(&mut packages, need.trim_start_matches('+'));
                packages[at].needs.push((to, kind));
            }
        }
        Self(packages)
    }

    pub(super) fn packages(&self) -> &[Package] {
        &self.0
    }

    /// Our packages, each with its folder.
    pub(super) fn ours(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.0.iter().filter_map(|package| Some((package, package.folder.as_deref()?)))
    }

    /// What `package` names in its manifest, for whatever use.
    pub(super) fn direct(&self, package: &Package) -> impl Iterator<Item = &Package> {
        package.needs.iter().map(|(to, _)| &self.0[*to])
    }

    /// The names of all that is linked into `package` or runs when it is built, without itself.
    pub(super) fn closure(&self, package: &Package) -> BTreeSet<&str> {
        let shipped = |package: &Package| {
            let needs = package.needs.iter().filter(|(_, need)| *need == Need::Ships);
            needs.map(|(to, _)| *to).collect::<Vec<_>>()
        };
        let mut seen = BTreeSet::new();
        let mut ahead = shipped(package);
        while let Some(at) = ahead.pop() {
            if seen.insert(at) {
                ahead.extend(shipped(&self.0[at]));
            }
        }
        seen.into_iter().map(|at| self.0[at].name.as_str()).collect()
    }
}
