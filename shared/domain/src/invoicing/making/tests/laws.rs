use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What was asked for an account is deducted to the cent, however many connections share it.
    #[test]
    fn a_divided_term_adds_up(cents in 0_i64..1_000_000, others in 0_usize..6) {
        let mut household = Household::usual();
        household.account.invoicing = account::Invoicing::Collective;
        for place in 0..others {
            household.connections.push(connection_at(&format!("B{place}"), "Zilverkade"));
        }
        let mut advance = asked(Covers::Account, AdvanceForm::Invoice, "2026-03 0");
        advance.amount_excl = Money::from_cents(cents);
        household.advances = vec![advance];
        let case = household.case().unwrap();
        prop_assert_eq!(case.past_terms.items.len(), others + 1);
        let sum: Money = case.past_terms.items.iter().map(|term| term.amount).sum();
        prop_assert_eq!(sum, Money::from_cents(cents));
    }

    /// The order in which readings, meters and terms are known changes nothing.
    #[test]
    fn the_order_of_what_is_known_changes_nothing(seed in any::<u64>()) {
        let mut household = Household::usual();
        let case = household.case().unwrap();
        let shift = usize::try_from(seed % 11).unwrap();
        household.advances.rotate_left(shift);
        household.readings.rotate_left(shift % 3);
        household.advances.reverse();
        prop_assert_eq!(household.case().unwrap(), case);
    }

    /// What the readings say was used is what is charged, whatever the days of the connection.
    #[test]
    fn what_was_used_is_charged(used in 0_u32..5000, settled in 0_u16..360) {
        let mut household = Household::usual();
        household.advances.clear();
        let opening = days_after(day("2025-12-31"), settled);
        household.settled_until = Some(opening);
        household.readings = vec![
            reading(&format!("W1 {opening} 1000 customer actual")),
            reading(&format!("W1 2026-12-31 {} customer actual", 1000 + used)),
        ];
        let settlement = household.settled();
        let parts = settlement.parts.iter().filter(|part| part.component == "water.use");
        let charged: Decimal = parts.map(|part| part.quantity).sum();
        prop_assert_eq!(charged, Decimal::from(used));
        let days = settlement.parts.iter().find(|part| part.component == "water.standing.qn25");
        prop_assert_eq!(days.unwrap().quantity, Decimal::from(365 - settled));
    }
}
