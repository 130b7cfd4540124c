use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// What `input` is answered when each line is answered with its number and length.
#[track_caller]
fn check(input: &[u8]) -> (String, Answered) {
    let mut output = Vec::new();
    let answer = |line: &[u8], number| match line {
        b"" => Answer::Skipped,
        b"bad" => Answer::Error(format!("{number} error")),
        line => Answer::Done(format!("{number} {}", line.len())),
    };
    // A small buffer: lines are put together from several reads.
    let answered = answer_lines(BufReader::with_capacity(7, input), &mut output, answer).unwrap();
    (String::from_utf8(output).unwrap(), answered)
}

#[test]
fn each_line_is_answered_in_its_place() {
    assert_eq!(check(b"one\nthree\n"), ("1 3\n2 5\n".into(), Answered::All));
    assert_eq!(check(b"one\r\n\n\na longer line"), ("1 3\n4 13\n".into(), Answered::All));
    assert_eq!(check(b"one\nbad\ntwo\n"), ("1 3\n2 error\n3 3\n".into(), Answered::WithErrors));
    assert_eq!(check(b""), (String::new(), Answered::All));
}

#[test]
fn a_line_that_never_ends_is_not_held() {
    let mut input = vec![b'x'; LONGEST_LINE + 1];
    input.extend_from_slice(b"\nbad\n");
    let (output, answered) = check(&input);
    let (first, rest) = output.split_once('\n').unwrap();
    assert!(first.starts_with(r#"{"case_id":null,"line":1,"error":"LINE_TOO_LONG""#));
    assert_eq!((rest, answered), ("2 error\n", Answered::WithErrors));
    let whole = vec![b'x'; LONGEST_LINE];
    assert_eq!(check(&whole), (format!("1 {LONGEST_LINE}\n"), Answered::All));
}

/// Gives one part a read, and keeps what had been written when each of them was asked for.
struct Paused {
    parts: Vec<&'static [u8]>,
    written: Rc<RefCell<Vec<u8>>>,
    seen: Rc<RefCell<Vec<usize>>>,
}

impl io::Read for Paused {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.seen.borrow_mut().push(self.written.borrow().len());
        if self.parts.is_empty() {
            return Ok(0);
        }
        let part = self.parts.remove(0);
        buffer[..part.len()].copy_from_slice(part);
        Ok(part.len())
    }
}

struct Output(Rc<RefCell<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_answer_does_not_wait_for_the_next_line() {
    let (written, seen) = (Rc::default(), Rc::default());
    let parts: Vec<&[u8]> = vec![b"one\ntw", b"o\n"];
    let input = Paused { parts, written: Rc::clone(&written), seen: Rc::clone(&seen) };
    let output = BufWriter::new(Output(Rc::clone(&written)));
    let answer = |line: &[u8], _| Answer::Done(String::from_utf8(line.to_vec()).unwrap());
    answer_lines(BufReader::new(input), output, answer).unwrap();
    assert_eq!(*seen.borrow(), [0, 4, 8]);
}
