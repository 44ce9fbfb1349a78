//! One file per RPC; file, RPC, act and span have the same name.

pub mod create_notice;
pub mod get_notice;
pub mod list_deliveries;
pub mod list_notices;
pub mod mark_notice_read;
pub mod retry_delivery;
