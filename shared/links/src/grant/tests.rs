use std::sync::LazyLock;

use proptest::prelude::*;

use domain::id::CampaignNumber;

use super::*;
use crate::{
    link_type::{ConfirmEmail, MoveIn, NoCampaign, Pay, Session, SignIn, StopReminders},
    ring::KeyRing,
    testing::{MASTER_B, first, key, ring, tries},
    token::Token,
};

/// A subject, a campaign and a generation of any value that is ever minted.
fn parts() -> impl Strategy<Value = (Subject, CampaignNumber, Generation)> {
    (1..=u64::MAX, 1..=u16::MAX, 1..=u16::MAX).prop_map(|(subject, campaign, generation)| {
        (
            Subject::new(subject).unwrap(),
            CampaignNumber::new(campaign).unwrap(),
            Generation::new(generation).unwrap(),
        )
    })
}

/// Mints and verifies, and hands back the parts.
fn there_and_back<T: OfType>(
    ring: &KeyRing,
    (subject, campaign, generation): (Subject, T::Campaign, Generation),
) -> (Subject, T::Campaign, Generation) {
    let token = ring.key::<T>().mint(subject, campaign, generation);
    assert_eq!(token.reveal().len(), Token::CHARACTERS);
    let grant: Grant<T> = ring.verify(token.reveal()).unwrap();
    assert_eq!((grant.key_id(), grant.link_type()), (ring.active_id(), T::LINK_TYPE));
    (grant.subject(), grant.campaign(), grant.generation())
}

proptest! {
    #![proptest_config(tries(2_000))]

    #[test]
    fn a_grant_says_what_was_minted((subject, campaign, generation) in parts()) {
        static RING: LazyLock<KeyRing> = LazyLock::new(|| ring(&[]));
        let ring = &*RING;
        let of = (subject, campaign, generation);
        prop_assert_eq!(there_and_back::<Submit>(ring, of), of);
        prop_assert_eq!(there_and_back::<Delegate>(ring, of), of);
        prop_assert_eq!(there_and_back::<StopReminders>(ring, of), of);
        prop_assert_eq!(there_and_back::<Letter>(ring, of), of);
        let of = (subject, NoCampaign, generation);
        prop_assert_eq!(there_and_back::<SignIn>(ring, of), of);
        prop_assert_eq!(there_and_back::<Session>(ring, of), of);
        prop_assert_eq!(there_and_back::<ConfirmEmail>(ring, of), of);
        prop_assert_eq!(there_and_back::<MoveIn>(ring, of), of);
        prop_assert_eq!(there_and_back::<Pay>(ring, of), of);
    }

    #[test]
    fn signed_numbers_come_back(bytes in any::<[u8; Fields::BYTES]>()) {
        prop_assert_eq!(Fields::from_bytes(bytes).to_bytes(), bytes);
    }
}

/// A token over any numbers, signed as the ring of the vectors would.
fn signed(subject: u64, campaign: u16, generation: u16, link_type: LinkType) -> Token {
    let fields = Fields { subject, campaign, generation, key_id: 7, type_byte: link_type.byte() };
    let master: Vec<u8> = (0..32).collect();
    Token::sign(&fields, &crate::tag::Prepared::derive(&master, link_type))
}

/// What verifying for a route that takes `G` says of `token`.
fn refused_by<G: Granting + fmt::Debug>(token: &str) -> RefusedBy {
    ring(&[]).verify::<G>(token).unwrap_err().refused_by()
}

#[test]
fn the_page_of_a_reading_takes_three_types_and_says_which() {
    let ring = ring(&[]);
    for (link_type, name) in [
        (LinkType::Submit, "Submit"),
        (LinkType::Delegate, "Delegate"),
        (LinkType::Letter, "Letter"),
    ] {
        let token = signed(0x0123_4567_89ab_cdef, 2026, 3, link_type);
        let grant: ReadingGrant = ring.verify(token.reveal()).unwrap();
        assert!(format!("{grant:?}").starts_with(name));
        assert_eq!(grant.link_type(), link_type);
        assert_eq!(grant.subject().to_string(), "0123456789abcdef");
        assert_eq!((grant.campaign().get(), grant.generation().get()), (2026, 3));
        assert_eq!(grant.key_id(), KeyId::new(7));
    }
    let others: Vec<LinkType> =
        LinkType::ALL.into_iter().filter(|link_type| !ReadingGrant::takes(*link_type)).collect();
    assert_eq!(others.len(), 6);
    for link_type in others {
        let token = signed(1, 2026, 1, link_type);
        assert_eq!(refused_by::<ReadingGrant>(token.reveal()), RefusedBy::Type);
        assert_eq!(ReadingGrant::of(link_type, SignedFields(Fields::from_bytes([1; 14]))), None);
    }
}

#[test]
fn a_token_of_one_type_opens_no_route_of_another() {
    fn takes_only<T: OfType>() {
        for link_type in LinkType::ALL {
            let campaign = u16::from(T::Campaign::from_number(0).is_none());
            let token = signed(1, campaign, 1, link_type);
            if link_type == T::LINK_TYPE {
                assert_eq!(ring(&[]).verify::<Grant<T>>(token.reveal()).unwrap().key_id().get(), 7);
            } else {
                assert_eq!(refused_by::<Grant<T>>(token.reveal()), RefusedBy::Type);
            }
        }
    }
    takes_only::<Submit>();
    takes_only::<Delegate>();
    takes_only::<SignIn>();
    takes_only::<Session>();
    takes_only::<ConfirmEmail>();
    takes_only::<StopReminders>();
    takes_only::<MoveIn>();
    takes_only::<Pay>();
    takes_only::<Letter>();
}

#[test]
fn a_tag_of_another_types_key_is_worthless() {
    let master: Vec<u8> = (0..32).collect();
    for other in LinkType::ALL.into_iter().filter(|other| *other != LinkType::Submit) {
        let byte = LinkType::Submit.byte();
        let fields = Fields { subject: 1, campaign: 1, generation: 1, key_id: 7, type_byte: byte };
        let token = Token::sign(&fields, &crate::tag::Prepared::derive(&master, other));
        assert_eq!(refused_by::<Grant<Submit>>(token.reveal()), RefusedBy::Tag, "{other}");
    }
}

#[test]
fn a_tag_that_holds_over_what_is_never_mailed_is_refused() {
    let submit = |subject, campaign, generation| {
        let token = signed(subject, campaign, generation, LinkType::Submit);
        ring(&[]).verify::<ReadingGrant>(token.reveal()).map_err(|refused| refused.refused_by())
    };
    assert!(submit(1, 1, 1).is_ok());
    assert_eq!(submit(0, 1, 1), Err(RefusedBy::Tag));
    assert_eq!(submit(1, 0, 1), Err(RefusedBy::Tag));
    assert_eq!(submit(1, 1, 0), Err(RefusedBy::Tag));
    // a link without a campaign is not of one
    let pay = signed(1, 2026, 1, LinkType::Pay);
    assert_eq!(refused_by::<Grant<Pay>>(pay.reveal()), RefusedBy::Tag);
}

#[test]
fn the_steps_of_the_check_are_in_their_order() {
    // of another ring, with a type that the route does not take: the type is looked at first
    let other = ring(&[key(8, "published", MASTER_B)]);
    let foreign = Fields { subject: 1, campaign: 1, generation: 1, key_id: 9, type_byte: 0x18 };
    let text = |type_byte, key_id| {
        let fields = Fields { key_id, type_byte, ..foreign };
        Token::sign(&fields, &crate::tag::Prepared::new(b"guess"))
    };
    let step = |token: &str| other.verify::<ReadingGrant>(token).unwrap_err().refused_by();
    assert_eq!(step(first(text(0x18, 9).reveal(), 39)), RefusedBy::Shape);
    assert_eq!(step(text(0x18, 9).reveal()), RefusedBy::Type);
    assert_eq!(step(text(0x51, 9).reveal()), RefusedBy::Type); // another format
    assert_eq!(step(text(0x11, 9).reveal()), RefusedBy::Key);
    assert_eq!(step(text(0x11, 0).reveal()), RefusedBy::Key); // the public key
    assert_eq!(step(text(0x11, 8).reveal()), RefusedBy::Tag);
    assert_eq!(step(text(0x11, 7).reveal()), RefusedBy::Tag);
}

#[test]
fn every_refusal_prints_the_same() {
    for step in [RefusedBy::Shape, RefusedBy::Type, RefusedBy::Key, RefusedBy::Tag] {
        let refused = NotValid::by(step);
        assert_eq!(
            (refused.to_string(), format!("{refused:?}")),
            ("not valid".into(), "NotValid".into())
        );
        assert_eq!(refused.refused_by(), step);
    }
}

#[test]
fn grants_differ_when_one_field_does_and_hide_their_subject() {
    let grant = |subject, campaign, generation| {
        let token = signed(subject, campaign, generation, LinkType::Submit);
        ring(&[]).verify::<Grant<Submit>>(token.reveal()).unwrap()
    };
    let one = grant(1, 1, 1);
    assert_eq!(one, grant(1, 1, 1).clone());
    assert!(one != grant(2, 1, 1) && one != grant(1, 2, 1) && one != grant(1, 1, 2));
    assert_eq!(
        format!("{one:?}"),
        "Grant { link_type: Submit, subject: Subject(***), campaign: CampaignNumber(1), \
         generation: Generation(1), key_id: KeyId(7) }"
    );
}
