//! Chance that a seed decides: the same seed gives the same choices, on every machine.

/// The generator `SplitMix64`.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed)
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of the numbers from 1 to `most`.
    pub(crate) fn upto(&mut self, most: u64) -> u64 {
        self.draw() % most + 1
    }

    /// One of `all`.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.upto(u64::try_from(all.len()).unwrap()) - 1;
        &all[usize::try_from(at).unwrap()]
    }
}

#[test]
fn a_seed_decides_every_choice() {
    let draws = |seed| {
        let mut chance = Chance::of(seed);
        (0..1_000).map(|_| chance.upto(6)).collect::<Vec<_>>()
    };
    assert_eq!(draws(1), draws(1));
    assert_ne!(draws(1), draws(2));
    for face in 1..=6 {
        let count = draws(3).iter().filter(|drawn| **drawn == face).count();
        assert!((120..=220).contains(&count), "{face}: {count}");
    }
}
