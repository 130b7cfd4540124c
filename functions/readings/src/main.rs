//! The deployed function.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = &readings::App::deployed().await?;
    let answer = |event: LambdaEvent<_>| async move {
        let diagnostic = |failure: cloud::Failure| Diagnostic {
            error_type: failure.kind().as_str().to_owned(),
            error_message: failure.to_string(),
        };
        readings::handle(app, event.payload).await.map_err(diagnostic)
    };
    lambda_runtime::run(service_fn(answer)).await
}
