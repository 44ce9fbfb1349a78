//! The contract of Lotse: generated messages, clients and servers, and the descriptors for reflection and dynamic use.

/// Every message, enum and service of the contract, with imports, as an encoded `FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Google's common types.
pub mod google {
    /// `google.type`: civil dates.
    pub mod r#type {
        tonic::include_proto!("google.r#type");
    }
    /// `google.rpc`: status and error details.
    pub mod rpc {
        tonic::include_proto!("google.rpc");
    }
    /// `google.api`: annotations.
    pub mod api {
        tonic::include_proto!("google.api");
    }
}

/// Lotse's own packages.
pub mod lotse {
    /// Shared messages.
    pub mod common {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.common.v1");
        }
    }
    /// Cases, episodes, duties.
    pub mod cases {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.cases.v1");
        }
    }
    /// Providers, offers, referrals.
    pub mod providers {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.providers.v1");
        }
    }
    /// Templates and letters.
    pub mod documents {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.documents.v1");
        }
    }
    /// Notices and their delivery.
    pub mod notifications {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.notifications.v1");
        }
    }
    /// The dev stack's clock.
    pub mod dev {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("lotse.dev.v1");
        }
    }
}

pub use google::r#type::Date;
pub use lotse::{
    cases::v1 as cases, common::v1 as common, dev::v1 as dev, documents::v1 as documents,
    notifications::v1 as notifications, providers::v1 as providers,
};
