//! The Lambda that checks and loads the files of the old administration.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = import::App::deployed().await?;
    run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        import::handle(&app, event.payload).await.map_err(|failure| Diagnostic {
            error_type: failure.kind().as_str().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
