//! Sets of files for `incoming/`, each made from one that is right.

use std::collections::BTreeMap;
use std::path::Path;

use meterlink::world::World;

/// The files of one delivery, by name.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    files: BTreeMap<String, Vec<u8>>,
}

impl Set {
    /// The set of `tests/fixtures/<name>`.
    #[track_caller]
    pub(crate) fn fixture(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let paths = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let files = paths.map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        });
        Self { files: files.collect() }
    }

    /// `count` accounts `K0001` and on, each with a mail address and one water meter that was read
    /// in the last two years: 100 m³ a year.
    pub(crate) fn street(count: u32) -> Self {
        let mut set = Self::fixture("vve").emptied();
        for n in 1..=count {
            let place = format!("Lindelaan;{n};;1234AB;Voorbeelddorp");
            set = set
                .add("customers", &format!("K{n:0>4};Bewoner {n};consumer;k{n:0>4}@example.org;;;nl;transfer;;;;no;;;{place};NL"))
                .add("connections", &format!("A{n:0>4};K{n:0>4};;water;Lindelaan;{n};;;1234AB;Voorbeelddorp;2,5;2;customer;;01-03-2016;"))
                .add("meters", &format!("W{n:0>4};A{n:0>4};1;m3;5;0;01-03-2016;0;;"))
                .add("readings", &format!("W{n:0>4};1;31-12-2024;1000;customer"))
                .add("readings", &format!("W{n:0>4};1;31-12-2025;1100;customer"));
        }
        set
    }

    /// With one line more at the end of a file.
    pub(crate) fn add(mut self, file: &str, line: &str) -> Self {
        let bytes = self.files.get_mut(&format!("{file}.csv")).unwrap();
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        self
    }

    /// With `to` in the place of the only `from` of a file.
    #[track_caller]
    pub(crate) fn change(mut self, file: &str, from: &str, to: &str) -> Self {
        let bytes = self.files.get_mut(&format!("{file}.csv")).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}:\n{text}");
        *bytes = text.replace(from, to).into_bytes();
        self
    }

    /// With other bytes in a file.
    pub(crate) fn with(mut self, file: &str, bytes: &[u8]) -> Self {
        self.files.insert(file.to_owned(), bytes.to_vec());
        self
    }

    /// Without a file.
    pub(crate) fn without(mut self, file: &str) -> Self {
        self.files.remove(&format!("{file}.csv")).unwrap();
        self
    }

    /// With nothing but the header in each file.
    pub(crate) fn emptied(mut self) -> Self {
        for bytes in self.files.values_mut() {
            let header = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
            bytes.truncate(header);
        }
        self
    }

    /// Puts the files in `incoming/<name>/`, `ready` last; `import` works when time passes.
    pub(crate) async fn place(&self, world: &mut World, name: &str) {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        world.place(name, &files).await;
    }

    /// Puts the files in `incoming/<name>/`, `ready` last, and lets `import` work.
    pub(crate) async fn deliver(&self, world: &mut World, name: &str) {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        world.deliver(name, &files).await;
    }

    /// A utility with this set in it.
    pub(crate) async fn loaded(&self) -> World {
        let mut world = World::new(1);
        self.deliver(&mut world, "set").await;
        assert!(world.report("summary.txt").await.starts_with("Accepted"));
        world
    }
}
