//! What somebody probably meant.

/// The candidate nearest to `text`, where few enough letters differ to be sure that it was meant.
pub(super) fn nearest<'c>(
    text: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let text = text.to_lowercase();
    let allowed = match text.chars().count() {
        3..=5 => 1,
        6..=64 => 2,
        _ => return None,
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(&text, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, letter) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let at =
                |costs: &[usize], place: usize| costs.get(place).copied().unwrap_or(usize::MAX);
            let changed = at(&last, column) + usize::from(letter != *other);
            let mut cost = changed.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column.checked_sub(1).and_then(|place| b.get(place).map(|l| (place, *l)));
            if let Some((place, earlier)) = swapped
                && earlier == letter
                && previous == Some(*other)
            {
                cost = cost.min(at(&before_last, place).saturating_add(1));
            }
            current.push(cost);
        }
        before_last = last;
        last = current;
        previous = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}
