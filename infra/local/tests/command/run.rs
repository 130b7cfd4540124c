//! Starting the program and reading what it says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

/// What a program said, and how it ended.
pub(super) struct Ended {
    pub(super) status: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_meterlink"));
    program.args(args).stdin(Stdio::null());
    program
}

/// Runs the program until it ends by itself.
pub(super) fn run(args: &[&str]) -> Ended {
    program(args).output().unwrap().into()
}

/// Runs the program on `input` until it ends by itself.
pub(super) fn run_on(input: &str, args: &[&str]) -> Ended {
    let mut program = program(args);
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

/// The first of five ports in a row that were free just now.
pub(super) fn free_port() -> u16 {
    let taken = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    for _ in 0..100 {
        let port = taken(0).unwrap().local_addr().unwrap().port();
        if (0..5).all(|above| port.checked_add(above).is_some_and(|port| taken(port).is_ok())) {
            return port;
        }
    }
    panic!("no five ports in a row are free");
}

/// A demo that is up; dropped, it is killed.
pub(super) struct Demo {
    pub(super) port: u16,
    pub(super) banner: String,
    child: Child,
}

impl Demo {
    /// Starts the demo on ports that are free, and waits until it has said that it is up.
    pub(super) fn start(args: &[&str]) -> Self {
        let port = free_port().to_string();
        Self::start_anywhere(&[&["demo", "--port", &port], args].concat())
    }

    /// Starts the demo as `args` say; its port is that of the banner.
    pub(super) fn start_anywhere(args: &[&str]) -> Self {
        let child = program(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
        let mut banner = String::new();
        while !banner.contains("Ctrl-C") {
            if lines.read_line(&mut banner).unwrap() == 0 {
                let mut err = String::new();
                child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
                panic!("the demo did not start: {banner}{err}");
            }
        }
        let (_, after) = banner.split_once("http://127.0.0.1:").unwrap();
        let port = after.split_once('/').unwrap().0.parse().unwrap();
        Self { port, banner, child }
    }

    /// The body of the answer to a request.
    pub(super) fn ask(&self, request: &str, body: &str) -> String {
        ask(self.port, request, "", body)
    }

    pub(super) fn signal(&self, name: &str) {
        let number = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &number]).status().unwrap().success());
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it ends by itself.
    pub(super) fn wait(mut self) -> Ended {
        let status = self.child.wait().unwrap();
        let (mut out, mut err) = (std::mem::take(&mut self.banner), String::new());
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        Ended { status: status.code().unwrap(), out, err }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // One that has ended is not there to be killed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The body of the answer to `GET /path`, on a connection of its own.
pub(super) fn ask(port: u16, request: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").map_or(String::new(), |(_, body)| body.to_owned())
}
