//! What one listener offers: the services with their names, to which health and reflection are added.

use std::{collections::HashSet, convert::Infallible, time::Duration};

use axum::response::IntoResponse;
use http::Request;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::{body::Body, server::NamedService, service::Routes};
use tonic_health::{ServingStatus, server::HealthReporter};

use super::ServeError;

/// The services of one listener. Built with [`Surface::with`], so that reflection lists exactly what is served.
#[derive(Debug, Clone, Default)]
pub struct Surface {
    routes: Routes,
    names: Vec<&'static str>,
}

impl Surface {
    /// Adds a generated service.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: tower::Service<Request<Body>, Error = Infallible> + NamedService + Clone + Send + Sync + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.add_service(service);
        self.names.push(S::NAME);
        self
    }

    /// Adds all services of another listener, so that one address offers both. A service may stand in one of them only.
    #[must_use]
    pub fn join(mut self, other: Self) -> Self {
        // Each router answers unknown methods by itself; joined ones need that answer once.
        let others = other.routes.into_axum_router().reset_fallback();
        self.routes = Routes::from(self.routes.into_axum_router().merge(others));
        self.names.extend(other.names);
        self
    }

    /// The names of the services, in the order they were added.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Every method served here, as calls name it: `package.Service/Method`.
    pub(super) fn methods(&self, descriptors: &[&'static [u8]]) -> Result<HashSet<String>, prost::DecodeError> {
        let everywhere = [
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ];
        let mut methods = HashSet::new();
        for file in everywhere.iter().chain(descriptors).map(|set| FileDescriptorSet::decode(*set)) {
            let file = file?.file;
            for (package, service) in
                file.iter().flat_map(|file| file.service.iter().map(|found| (file.package(), found)))
            {
                let name = format!("{package}.{}", service.name());
                if package.starts_with("grpc.") || self.names.contains(&name.as_str()) {
                    methods.extend(service.method.iter().map(|method| format!("{name}/{}", method.name())));
                }
            }
        }
        Ok(methods)
    }

    /// Adds health and both versions of reflection, and hands over the routes.
    pub(super) fn complete(self, descriptors: &[&'static [u8]], health: &Health) -> Result<axum::Router, ServeError> {
        let reflection = || {
            let names = self.names.iter().copied().chain(["grpc.health.v1.Health"]);
            let builder = descriptors
                .iter()
                .fold(tonic_reflection::server::Builder::configure(), |builder, set| {
                    builder.register_encoded_file_descriptor_set(set)
                })
                .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
            names.fold(builder, tonic_reflection::server::Builder::with_service_name)
        };
        let service = tonic_health::server::HealthService::from_health_reporter(health.reporter.clone());
        Ok(self
            .routes
            .add_service(tonic_health::pb::health_server::HealthServer::new(service))
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?)
            .into_axum_router())
    }
}

/// The standard health service of a role: `""` says that it lives, `"ready"` that it is to be sent work.
#[derive(Debug, Clone, Default)]
pub(super) struct Health {
    reporter: HealthReporter,
}

/// The name under which readiness is asked.
const READY: &str = "ready";

impl Health {
    /// Tells watchers whether the role serves.
    pub(super) async fn set(&self, serving: bool) {
        let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
        self.reporter.set_service_status("", status).await;
        self.reporter.set_service_status(READY, status).await;
    }

    /// Says that the role is not serving, waits `notice`, then ends all watches: an open watch would hold its connection.
    pub(super) async fn close(&self, notice: Duration) {
        self.set(false).await;
        tokio::time::sleep(notice).await;
        let mut reporter = self.reporter.clone();
        reporter.clear_service_status("").await;
        reporter.clear_service_status(READY).await;
    }
}
