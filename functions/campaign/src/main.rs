//! The Lambda that asks what a campaign must do now, and does it.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

use cloud::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = &campaign::App::deployed().await?;
    let told = |it: Failure| Diagnostic { error_type: it.kind().into(), error_message: it.what() };
    let answer = async |it: LambdaEvent<_>| campaign::handle(app, it.payload).await.map_err(told);
    run(service_fn(answer)).await
}
