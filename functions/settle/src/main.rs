//! The Lambda that estimates what never came.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = settle::App::deployed().await?;
    run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        settle::handle(&app, event.payload).await.map_err(|failure| Diagnostic {
            error_type: failure.kind().as_str().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
