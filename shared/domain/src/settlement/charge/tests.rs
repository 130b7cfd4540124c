use super::{Days, allowance};

fn allowed(up_to: u64, tax_units: u32, first: &str, last: &str) -> i128 {
    let days = Days { first: first.parse().unwrap(), last: last.parse().unwrap() };
    allowance(up_to, 0, tax_units, days)
}

#[test]
fn a_part_of_a_year_has_its_part_of_the_cap() {
    assert_eq!(allowed(300, 1, "2026-01-01", "2026-12-31"), 300);
    assert_eq!(allowed(300, 1, "2024-01-01", "2024-12-31"), 300);
    assert_eq!(allowed(300, 1, "2025-12-15", "2026-12-19"), 304);
    assert_eq!(allowed(300, 1, "2025-12-15", "2025-12-31"), 13);
    assert_eq!(allowed(300, 12, "2026-01-01", "2026-06-30"), 1785);
    assert_eq!(allowed(300, 1, "2024-07-01", "2025-06-30"), 299);
}

#[test]
fn a_period_is_cut_on_the_days_inside_it() {
    let days = Days { first: "2026-01-01".parse().unwrap(), last: "2026-01-03".parse().unwrap() };
    let cuts = ["2026-01-01", "2026-01-03", "2025-12-31", "2026-01-04", "2026-01-03"];
    let pieces = days.cut(cuts.iter().map(|day| day.parse().unwrap()).collect());
    let told: Vec<String> = pieces.iter().map(|it| format!("{}..{}", it.first, it.last)).collect();
    assert_eq!(told, ["2026-01-01..2026-01-02", "2026-01-03..2026-01-03"]);
}
