//! One file per RPC; file, RPC, act and span have the same name.

pub mod find_by_subject;
pub mod get_case;
pub mod get_jobcenter;
pub mod get_staff_member;
pub mod list_cases;
pub mod list_recipients;
pub mod list_staff_members;
pub mod record_profile;
pub mod register_case;
pub mod register_jobcenter;
pub mod register_staff_member;
pub mod update_staff_member;
