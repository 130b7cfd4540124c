use insta::assert_snapshot;

use super::run::run;

#[test]
fn an_option_or_command_that_is_not_known_is_answered_with_the_nearest() {
    let ended = run(&["demo", "--prot", "9000"]);
    assert_eq!(ended.status, 2);
    assert_snapshot!(ended.err, @"
    error: unexpected argument '--prot' found

      tip: a similar argument exists: '--port'

    Usage: meterlink demo --port <PORT>

    For more information, try '--help'.
    ");
    let ended = run(&["fast-foward"]);
    assert_eq!(ended.status, 2);
    assert_snapshot!(ended.err, @"
    error: unrecognized subcommand 'fast-foward'

      tip: a similar subcommand exists: 'fast-forward'

    Usage: meterlink [OPTIONS]
           meterlink <COMMAND>

    For more information, try '--help'.
    ");
    let ended = run(&["demo", "--port", "0"]);
    assert_eq!(ended.status, 2);
    assert_snapshot!(ended.err, @"
    error: invalid value '0' for '--port <PORT>': 0 is not in 1..=65535

    For more information, try '--help'.
    ");
}

#[test]
fn every_command_has_an_example() {
    let commands: [&[&str]; 10] = [
        &[],
        &["demo"],
        &["fast-forward"],
        &["estimate"],
        &["check-reading"],
        &["check-config"],
        &["settle"],
        &["link"],
        &["link", "mint"],
        &["link", "read"],
    ];
    for command in commands {
        let ended = run(&[command, &["--help"]].concat());
        assert_eq!(ended.status, 0);
        assert!(ended.out.contains("\nExample: meterlink "), "{command:?}: {}", ended.out);
    }
}
