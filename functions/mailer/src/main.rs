//! The Lambda that claims one planned mail, renders it, sends it and notes what became of it.

use lambda_runtime::{Diagnostic, Error, LambdaEvent, run, service_fn};

use cloud::Failure;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    cloud::telemetry::init();
    let app = &mailer::App::deployed().await?;
    let told = |it: Failure| Diagnostic { error_type: it.kind().into(), error_message: it.what() };
    let answer = async |it: LambdaEvent<_>| mailer::handle(app, it.into()).await.map_err(told);
    run(service_fn(answer)).await
}
