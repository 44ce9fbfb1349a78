//! The border of a handler: one line per RPC in `grpc.rs` goes through here.

/// Answers one RPC: takes the caller, runs `operations::<operation>::handle(desk, caller, message)` in its span, maps the error.
#[macro_export]
macro_rules! answer {
    ($desk:expr, $request:expr, $operation:ident) => {{
        let caller = $crate::principal::Caller::of(&$request)?.clone();
        let message = $request.into_inner();
        let span = ::tracing::info_span!("operation", otel.name = concat!("op.", stringify!($operation)));
        let handled = $crate::answer::in_span($operation::handle($desk, &caller, message), span).await;
        handled.map(::tonic::Response::new).map_err(|error| $crate::failure::status(&error))
    }};
}

/// Runs a handler inside its span.
pub async fn in_span<F: Future>(handler: F, span: tracing::Span) -> F::Output {
    tracing::Instrument::instrument(handler, span).await
}

/// Implements a generated service for an `Api { desk }`: each RPC is answered by the operation of its name.
///
/// `service! { Api: contract::case_service_server::CaseService { get_case(contract::GetCaseRequest) -> contract::Case; } }`
///
/// RPCs that stream their answer follow in a second block, with the name tonic gives to the type of the stream:
/// `streams { download_letter(contract::DownloadLetterRequest) -> DownloadLetterStream = download_letter::Parts; }`
#[macro_export]
macro_rules! service {
    ($api:ident : $service:path { $($rpc:ident($request:ty) -> $reply:ty;)+ }
     $(streams { $($streaming:ident($asked:ty) -> $name:ident = $parts:ty;)+ })?) => {
        #[::tonic::async_trait]
        impl $service for $api {
            $($(type $name = $parts;

            async fn $streaming(&self, request: ::tonic::Request<$asked>) -> Result<::tonic::Response<$parts>, ::tonic::Status> {
                $crate::answer!(&self.desk, request, $streaming)
            })+)?
            $(async fn $rpc(&self, request: ::tonic::Request<$request>) -> Result<::tonic::Response<$reply>, ::tonic::Status> {
                $crate::answer!(&self.desk, request, $rpc)
            })+
        }
    };
}
