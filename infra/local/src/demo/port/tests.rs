use super::*;

/// The first of five ports that are free, each of them held until all were seen.
fn free() -> u16 {
    for _ in 0..100 {
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = held.local_addr().unwrap().port();
        drop(held);
        if port.checked_add(4).is_some() && matches!(together(port), Ok(Found::Free(_))) {
            return port;
        }
    }
    panic!("no five ports in a row are free");
}

#[test]
fn a_port_that_is_in_use_is_named_with_the_one_that_was_asked_for() {
    let port = free();
    let held = TcpListener::bind((Ipv4Addr::LOCALHOST, port + 2)).unwrap();
    let refused = open(Wanted::Only(port)).unwrap_err().to_string();
    let taken = port + 2;
    let expected = format!("port {taken} is in use (asked for by --port {port}); choose another");
    assert_eq!(refused, expected);
    let other = open(Wanted::Rather(port)).unwrap();
    assert_ne!(other.port, port);
    assert_eq!(other.avoided, Some(port));
    drop(held);
}

#[test]
fn only_this_computer_can_connect() {
    let port = free();
    let doors = open(Wanted::Only(port)).unwrap();
    assert_eq!((doors.port, doors.avoided), (port, None));
    let all = std::iter::once(&doors.front).chain(&doors.services);
    let addresses: Vec<_> = all.map(|listener| listener.local_addr().unwrap()).collect();
    assert!(addresses.iter().all(|address| address.ip() == Ipv4Addr::LOCALHOST));
    let ports: Vec<u16> = addresses.iter().map(std::net::SocketAddr::port).collect();
    assert_eq!(ports, [port, port + 1, port + 2, port + 3, port + 4]);
}

#[test]
fn there_is_no_port_above_the_highest() {
    let refused = open(Wanted::Only(65_533)).unwrap_err().to_string();
    assert!(
        refused.ends_with("it and the four ports after it are used; choose a lower one"),
        "{refused}"
    );
}
