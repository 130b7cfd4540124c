//! What scanners of mails do to a link: they look, again and again, and some press its buttons. Nothing
//! of it counts.

use meterlink::world::{Seen, World};

use crate::set::Set;

const EVERY_TABLE: [&str; 4] = ["local-billing", "local-core", "local-sends", "local-short-lived"];

/// Every item of every table, as text.
fn tables(world: &mut World) -> Vec<String> {
    let tables = world.stack().stand_ins().tables();
    EVERY_TABLE.iter().flat_map(|name| tables.lines(name)).collect()
}

/// The same without the counters of posts behind links, which protect from those who press too often and
/// are forgotten after a day.
fn but_for_counters(world: &mut World) -> Vec<String> {
    let items = tables(world);
    let counts = |item: &String| item.contains("\"POST#");
    assert!(items.iter().any(counts), "a reading was sent: it is counted");
    items.into_iter().filter(|item| !counts(item)).collect()
}

/// A campaign in which one of two people answered and the other asked a colleague, and every page
/// behind the links of the three. Every mail of it is sent and read.
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
    world.advance_to("2026-11-26 12:30").await;
    assert_eq!(world.mails_to("k0001@example.org").len(), 1, "the receipt");
    let mut pages = vec![format!("{answered}/r-{}", number.unwrap())];
    for link in [answered, open, &colleague] {
        pages.extend([link.clone(), format!("{link}/cannot"), format!("{link}/ask")]);
    }
    (world, pages)
}

/// A day later: what was planned by then would be sent.
async fn sends_nothing(mut world: World) {
    world.advance_to("2026-11-27 12:30").await;
    let subjects: Vec<String> = world.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, [""; 0]);
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
    let before = tables(&mut world);
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
    assert_eq!(tables(&mut world), before);
    sends_nothing(world).await;
}

#[tokio::test]
async fn pressing_every_button_as_it_is_served_stores_nothing() {
    let (mut world, pages) = pages().await;
    let before = but_for_counters(&mut world);
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
    assert_eq!(but_for_counters(&mut world), before);
    sends_nothing(world).await;
}
