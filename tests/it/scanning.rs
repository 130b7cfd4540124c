//! What scanners of mails do to a link: they look, again and again, and some press its buttons. Nothing
//! of it counts.

use meterlink::world::{Seen, World};

use crate::set::Set;

const EVERY_TABLE: [&str; 4] = ["local-billing", "local-core", "local-sends", "local-short-lived"];

/// Every item of the tables, as text.
fn tables(world: &mut World, names: &[&str]) -> Vec<String> {
    let tables = world.stack().stand_ins().tables();
    let items = |name: &&str| tables.items(name).into_iter().map(|item| item.to_string());
    names.iter().flat_map(items).collect()
}

/// A campaign in which one of two people answered and asked a colleague, and every page behind
/// the links of the three.
async fn pages() -> (World, Vec<String>) {
    let mut world = Set::street(2).loaded().await;
    world.advance_to("2026-11-26 12:00").await;
    let links: Vec<String> = world.mails().iter().map(|mail| mail.links().remove(0)).collect();
    let [answered, open] = links.as_slice() else { panic!("{links:?}") };
    let receipt = world.submit(answered, "01200").await;
    assert!(receipt.stored);
    let number = receipt
        .text()
        .lines()
        .find_map(|line| line.strip_prefix("Ontvangstnummer ").map(str::to_owned));
    let email = [("email".to_owned(), "jan@gemeente.example".to_owned())];
    assert_eq!(world.post(&format!("{open}/ask"), &email).await.status, 303);
    world.pump().await;
    let colleague = world.mails_to("jan@gemeente.example").pop().unwrap().links().remove(0);
    let mut pages = vec![format!("{answered}/r-{}", number.unwrap())];
    for link in [answered, open, &colleague] {
        pages.extend([link.clone(), format!("{link}/cannot"), format!("{link}/ask")]);
    }
    (world, pages)
}

/// Each form of a page with the fields that it was served with.
fn forms(page: &Seen) -> Vec<Vec<(String, String)>> {
    let forms = page.html.split("<form").skip(1).map(|form| {
        let form = form.split("</form>").next().unwrap();
        Seen { html: format!("<form{form}</form>"), ..page.clone() }.fields()
    });
    forms.collect()
}

#[tokio::test]
async fn looking_twenty_times_leaves_every_table_as_it_was() {
    let (mut world, pages) = pages().await;
    let before = tables(&mut world, &EVERY_TABLE);
    for path in &pages {
        let first = world.open(path).await;
        assert!(matches!(first.status, 200 | 303 | 404), "{}", first.status);
        for _ in 0..20 {
            let again = world.open(path).await;
            assert_eq!(
                (again.status, again.html, again.headers),
                (first.status, first.html.clone(), first.headers.clone())
            );
            let head = world.head(path).await;
            assert_eq!((head.status, head.html.as_str()), (first.status, ""));
            assert_eq!(head.headers, first.headers);
        }
    }
    assert_eq!(tables(&mut world, &EVERY_TABLE), before);
    world.advance_to("2026-11-26 12:30").await;
    world.mails();
}

#[tokio::test]
async fn pressing_every_button_as_it_is_served_stores_nothing() {
    let (mut world, pages) = pages().await;
    // The counter of posts apart: it lies in the third table, and is forgotten after a day.
    let before = tables(&mut world, &EVERY_TABLE[..2]);
    let mut pressed = 0;
    for path in &pages {
        let page = world.open(path).await;
        for form in forms(&page) {
            let answer = world.post(path, &form).await;
            assert_eq!(answer.status, 422, "{path} {form:?}");
            pressed += 1;
        }
    }
    assert!(pressed >= 6, "{pressed}");
    assert_eq!(tables(&mut world, &EVERY_TABLE[..2]), before);
    world.advance_to("2026-11-26 12:30").await;
    world.mails();
}
