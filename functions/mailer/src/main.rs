//! The Lambda that claims one planned mail, renders it, sends it and notes what became of it.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = mailer::App::deployed().await?;
    run(service_fn(async |event: LambdaEvent<serde_json::Value>| {
        mailer::handle(&app, event.payload).await.map_err(|failure| Diagnostic {
            error_type: failure.kind().as_str().to_owned(),
            error_message: failure.to_string(),
        })
    }))
    .await
}
