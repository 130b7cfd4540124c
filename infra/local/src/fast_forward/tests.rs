//! Slow: each transcript is a whole year, some nine thousand calls of the SDK.

use super::*;

/// The transcript of the year that `change` asks for, or the sentence that it ends with.
async fn check(change: impl FnOnce(&mut Args)) -> Result<String, RunError> {
    let out = tempfile::tempdir().unwrap();
    let mut args = Args {
        import: None,
        answers: None,
        response: 100,
        seed: 1,
        config: None,
        out: out.path().to_owned(),
        json: false,
        story: Story::Plain,
    };
    change(&mut args);
    let mut transcript = String::new();
    run(&args, |line| {
        transcript.push_str(line);
        transcript.push('\n');
    })
    .await?;
    Ok(transcript)
}

#[tokio::test]
async fn the_same_year_gives_the_same_bytes_as_ever_and_as_the_readme() {
    let golden = include_str!("../../../../tests/golden/fast-forward.txt");
    let transcript = check(|_| {}).await.unwrap();
    assert_eq!(transcript, golden);
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains(golden), "the README shows another transcript");
}

#[tokio::test]
async fn whatever_fails_nobody_is_left_out_and_only_what_nothing_proved_comes_twice() {
    let golden = include_str!("../../../../tests/golden/fast-forward-faults.txt");
    let played = check(|args| {
        args.story = Story::Faults;
        args.response = 90;
    });
    assert_eq!(played.await.unwrap(), golden);
    assert!(golden.contains("lost 3   proven 1   sent-again 2   came-twice 1"));
    assert!(golden.contains("I1 ok   I2 ok   I3 ok   I5 ok   I7 ok   I8 ok   I9 ok"));
    let readme = include_str!("../../../../README.md");
    assert!(readme.contains(golden), "the README shows another transcript");
}

#[tokio::test]
async fn what_cannot_be_played_is_said_with_how_to_mend_it() {
    let status = |error: &RunError| error.status();
    let error = check(|args| args.import = Some("no/such/folder".into())).await.unwrap_err();
    assert!(error.to_string().starts_with("no/such/folder: "), "{error}");
    assert!(
        error.to_string().ends_with("; name the folder of a set, with its five files"),
        "{error}"
    );
    assert_eq!(status(&error), 2);

    let error = check(|args| args.answers = Some("no/such/truth.csv".into())).await.unwrap_err();
    assert!(error.to_string().ends_with("; name a file like truth.csv"), "{error}");
    assert_eq!(status(&error), 2);

    let file = tempfile::NamedTempFile::new().unwrap();
    let error = check(|args| args.out = file.path().to_owned()).await.unwrap_err();
    assert!(error.to_string().ends_with("; name another folder with --out"), "{error}");
    assert_eq!(status(&error), 73);

    let error = check(|args| {
        args.story = Story::Faults;
        args.import = Some("no/such/folder".into());
    });
    let error = error.await.unwrap_err();
    assert!(error.to_string().ends_with("; leave --import out"), "{error}");
    assert_eq!(status(&error), 2);

    let empty = tempfile::tempdir().unwrap();
    let error = check(|args| args.import = Some(empty.path().to_owned())).await.unwrap_err();
    assert!(error.to_string().contains("F01"), "{error}");
    assert_eq!(status(&error), 1);
}
