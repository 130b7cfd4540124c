use super::*;

mod cells;
mod codes;
mod laws;
mod samples;
mod texts;

/// The smallest set that holds one of everything.
const SMALLEST: [(&str, &str); 5] = [
    (
        "customers.csv",
        "customer_number;name;kind;email;payment;billing_street;billing_house_number;billing_postcode;billing_city\n\
         1;A. de Vries;consumer;anna@example.org;transfer;Dorpsstraat;5;1234AB;Lunteren\n",
    ),
    (
        "connections.csv",
        "connection_id;customer_number;commodity;street;house_number;postcode;city;capacity;supply_start\n\
         A1;1;water;Dorpsstraat;5;1234AB;Lunteren;2,5;01-01-2020\n",
    ),
    (
        "meters.csv",
        "meter_number;connection_id;unit;digits;installed_on;installed_value\n\
         W1;A1;m3;5;01-01-2020;0\n",
    ),
    (
        "readings.csv",
        "meter_number;date;value;source\n\
         W1;31-12-2025;1191;customer\n",
    ),
    (
        "advances.csv",
        "connection_id;month;amount_excl;vat_rate;invoice_number\n\
         A1;2026-01;82,00;9;VT1\n",
    ),
];

/// A set to change before it is checked as of 2026-11-01.
#[derive(Clone)]
struct Example {
    files: Vec<(String, Vec<u8>)>,
    settings: Settings,
    known: Known,
}

impl Example {
    fn smallest() -> Self {
        let files =
            SMALLEST.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        Self { files: files.collect(), settings: Settings::default(), known: Known::default() }
    }

    /// With these bytes for a file.
    fn file(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(known, _)| known != name);
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    fn text(&self, name: &str) -> String {
        let (_, bytes) = self.files.iter().find(|(known, _)| known == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    }

    /// With more rows at the end of a file.
    fn rows(self, name: &str, rows: &str) -> Self {
        let text = self.text(name);
        self.file(name, format!("{text}{rows}\n"))
    }

    /// With these cells in the first row of a file; columns that it lacks are added.
    fn cells(self, name: &str, cells: &str) -> Self {
        let text = self.text(name);
        let mut lines = text.lines();
        let mut split =
            || -> Vec<String> { lines.next().unwrap().split(';').map(str::to_owned).collect() };
        let (mut header, mut row) = (split(), split());
        for (column, value) in cells.split(';').map(|cell| cell.split_once('=').unwrap()) {
            if let Some(place) = header.iter().position(|known| known == column) {
                row[place] = value.to_owned();
            } else {
                header.push(column.to_owned());
                row.push(value.to_owned());
            }
        }
        self.file(name, format!("{}\n{}\n", header.join(";"), row.join(";")))
    }

    fn settings(mut self, text: &str) -> Self {
        self.settings = Settings::parse(text).unwrap();
        self
    }

    fn check(&self) -> Checked {
        let files: Vec<(&str, &[u8])> =
            self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let delivery = Delivery { files: &files, settings: &self.settings };
        check(&delivery, &self.known, "2026-11-01".parse().unwrap())
    }

    fn set(&self) -> Set {
        let checked = self.check();
        checked.set.unwrap_or_else(|| panic!("{}", checked.report.to_csv()))
    }

    /// `file:line column code "value" reason (fix)`, a line each; `accepted` where there is none.
    fn told(&self) -> String {
        let checked = self.check();
        let lines = checked.report.findings().iter().map(|finding| {
            let file = finding.file.map_or("-", FileKind::stem);
            let (line, column, code) = (finding.line, &finding.column, finding.code.as_str());
            let (value, reason, fix) = (&finding.value, &finding.reason, &finding.fix);
            let value = if value.is_empty() { String::new() } else { format!("\"{value}\" ") };
            let fix = if fix.is_empty() { String::new() } else { format!(" ({fix})") };
            format!("{file}:{line} {column} {code} {value}{reason}{fix}")
        });
        let mut lines: Vec<String> = lines.collect();
        if checked.set.is_some() {
            lines.insert(0, "accepted".to_owned());
        }
        lines.join("\n")
    }
}

/// What is told, but for the lines that only fall with another.
fn without_followers(told: &str) -> String {
    let lines: Vec<&str> = told.lines().filter(|line| !line.contains(" because of ")).collect();
    lines.join("\n")
}

/// What is told of the smallest set with these cells in the row of a file.
#[track_caller]
fn told(stem: &str, cells: &str) -> String {
    without_followers(&Example::smallest().cells(&format!("{stem}.csv"), cells).told())
}

/// What is told of the smallest set with these rows more in a file.
#[track_caller]
fn told_rows(stem: &str, rows: &str) -> String {
    Example::smallest().rows(&format!("{stem}.csv"), rows).told()
}

/// What is told of the smallest set with another file.
#[track_caller]
fn told_file(stem: &str, bytes: impl Into<Vec<u8>>) -> String {
    Example::smallest().file(&format!("{stem}.csv"), bytes).told()
}
