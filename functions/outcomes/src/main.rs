//! The Lambda that notes what became of each mail, and finds those that were left behind.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

use cloud::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = &outcomes::App::deployed().await?;
    let told = |it: Failure| Diagnostic { error_type: it.kind().into(), error_message: it.what() };
    let answer = async |it: LambdaEvent<_>| outcomes::handle(app, it.payload).await.map_err(told);
    run(service_fn(answer)).await
}
