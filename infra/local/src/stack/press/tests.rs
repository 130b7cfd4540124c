use super::*;

#[test]
fn a_full_shelf_forgets_and_goes_on() {
    let mut shelf = Shelf::default();
    for _ in 0..2 {
        shelf.put([1; 32], &[0; 10]);
        assert_eq!((shelf.documents.len(), shelf.bytes), (1, 10));
    }
    shelf.put([2; 32], &vec![0; MOST_BYTES]);
    assert_eq!((shelf.documents.len(), shelf.bytes), (1, MOST_BYTES));
    assert!(!shelf.documents.contains_key(&[1; 32]));
}
