//! Decoders under inputs that nobody would write: the token of a link, the body of a form, the text
//! of a reading. Record 0018 says why the driver is our own.
//!
//! Inputs are mutations of `tests/fixtures/fuzz/<target>/`, where the inputs of faults that were found
//! stay. Twenty thousand belong to every run, a million each to `scripts/test fuzz`.

use std::path::Path;

use domain::entry::parse_reading;
use domain::meter::Register;
use domain::quantity::Unit;
use links::grant::ReadingGrant;
use links::ring::KeyRing;
use readings::Fields;

/// How many inputs each target looks at.
const EXECUTIONS: &str = match option_env!("METERLINK_FUZZ") {
    Some(executions) => executions,
    None => "20000",
};

/// The bytes that decoders have rules about.
const SPICE: &[&[u8]] = &[
    b"%",
    b"%00",
    b"%C3%A9",
    b"%ff",
    b"+",
    b"&",
    b"=",
    b"\0",
    b"\r\n",
    b"-",
    b"_",
    b"/",
    b".",
    b",",
    b"1.234,5",
    b"m3",
    "m³".as_bytes(),
    "\u{202e}".as_bytes(),
    "\u{200b}".as_bytes(),
    "１".as_bytes(),
    "٣".as_bytes(),
    "½".as_bytes(),
    b"1e3",
    b"\xff",
    b"\xc3",
    b"AAAA",
    b"R",
];

/// A fixed row of numbers: a failing run is the same run again.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 1).unwrap() % end
    }
}

/// The inputs that mutations start from, by name.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz").join(target);
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// One input with one to eight changes.
fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut input = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(8) {
        let at = dice.below(input.len() + 1);
        match dice.below(8) {
            0 => input.truncate(at),
            1 => input.insert(at, u8::try_from(dice.below(256)).unwrap()),
            2 | 3 => {
                let spice = SPICE[dice.below(SPICE.len())];
                input.splice(at..at, spice.iter().copied());
            }
            4 if at < input.len() => input[at] ^= 1 << dice.below(8),
            5 if at < input.len() => drop(input.remove(at)),
            6 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = dice.below(other.len() + 1);
                input.splice(at.., other[from..].iter().copied());
            }
            _ => {
                let piece = input[at..].to_vec();
                input.extend(piece);
                input.truncate(16 * 1024);
            }
        }
    }
    input
}

/// Has `target` look at each input of its corpus, and at so many mutations.
///
/// A panic ends the test; the input is printed, to be put into the corpus.
fn run(name: &str, target: impl Fn(&[u8])) {
    let corpus = corpus(name);
    let look = |input: &[u8]| {
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| target(input)));
        assert!(outcome.is_ok(), "{name}: {:?}", String::from_utf8_lossy(input));
    };
    for input in &corpus {
        look(input);
    }
    let mut dice = Dice(1);
    for _ in 0..EXECUTIONS.parse::<u64>().unwrap() {
        look(&mutated(&corpus, &mut dice));
    }
}

/// What was not minted is not valid. No input is signed by the ring that looks at it, so none is.
#[test]
fn no_token_makes_the_decoder_panic_or_opens_anything() {
    let ring = KeyRing::local();
    run("token", |input| {
        let text = String::from_utf8_lossy(input);
        assert!(ring.verify::<ReadingGrant>(&text).is_err());
    });
}

/// A body is decoded or refused; what is decoded obeys the limits of a form.
#[test]
fn no_body_makes_the_form_decoder_panic_or_breaks_its_limits() {
    run("form", |input| {
        let Some(fields) = Fields::parse(input) else { return };
        let names: Vec<&str> = fields.typed().iter().map(|(name, _)| *name).collect();
        assert!(names.len() <= 64);
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1);
        }
    });
}

/// A text is read or refused; what is read fits its register and is read again as it is printed.
#[test]
fn no_text_makes_the_reading_parser_panic_or_leave_the_register() {
    let registers = [
        (Register::wheels("1", Unit::CubicMetre, 5).unwrap(), 3),
        (Register { decimals: 3, ..Register::wheels("1", Unit::Gigajoule, 5).unwrap() }, 0),
        (Register::wheels("1", Unit::KilowattHour, 9).unwrap(), 0),
    ];
    run("reading", |input| {
        let text = String::from_utf8_lossy(input);
        for (register, red) in &registers {
            let Ok(entry) = parse_reading(&text, register, *red) else { continue };
            assert!(entry.value >= 0.into() && entry.value < register.range(), "{text}");
            let shown = register.shown(entry.value, ',');
            let again = parse_reading(&shown, register, *red).map(|entry| entry.value);
            assert_eq!(again, Ok(entry.value), "{text} {shown}");
        }
    });
}
