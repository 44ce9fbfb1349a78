//! What a resource name accepts, refuses and says.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

#[test]
fn a_name_reads_and_writes_itself() {
    for text in [
        format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}/duties/{ID}"),
        format!("jobcenters/abc/cases/{ID}/episodes/{ID}/duties/{ID}"),
    ] {
        let duty: DutyName = text.parse().unwrap();
        assert_eq!(duty.to_string(), text);
        assert_eq!(duty.case().to_string(), text.split("/episodes").next().unwrap());
        assert_eq!(duty.episode().unwrap().id().to_string(), ID);
        assert_eq!(duty.jobcenter().as_str(), text.split('/').nth(1).unwrap());
    }
}

#[test]
fn a_duty_may_belong_to_the_case_itself() {
    let text = format!("jobcenters/musterstadt/cases/{ID}/duties/{ID}");
    let duty: DutyName = text.parse().unwrap();
    assert_eq!((duty.to_string(), duty.episode()), (text, None));
    assert_eq!(duty, DutyName::new(duty.case().clone(), duty.id()));
    for wrong in ["cases/7/duties/7", "cases/7/episodes/7/duties/7", "duties/7", "cases/7/letters/7/duties/7"] {
        assert!(format!("jobcenters/musterstadt/{}", wrong.replace('7', "x")).parse::<DutyName>().is_err(), "{wrong}");
    }
}

#[test]
fn every_fault_is_named() {
    let shape = NameError::Shape { pattern: CaseName::PATTERN };
    for (text, fault) in [
        ("", shape),
        ("jobcenters/musterstadt", shape),
        ("jobcenters/musterstadt/cases/", NameError::Uuid { collection: "cases" }),
        ("jobcenters/musterstadt/cases/7", NameError::Uuid { collection: "cases" }),
        ("jobcenters/musterstadt/cases/018F3E5C-1A2B-7C3D-8E4F-5A6B7C8D9E0F", NameError::Uuid { collection: "cases" }),
        ("jobcenters/musterstadt/cases/018f3e5c1a2b7c3d8e4f5a6b7c8d9e0f", NameError::Uuid { collection: "cases" }),
        ("jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", shape),
        ("jobcenters/Musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", NameError::Jobcenter),
        ("jobcenters//cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", NameError::Jobcenter),
        ("/jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f", shape),
        ("jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f/", shape),
    ] {
        assert_eq!(text.parse::<CaseName>(), Err(fault), "{text}");
    }
}

#[test]
fn a_fault_far_above_names_the_whole_form() {
    let text = format!("jobcenters/musterstadt/x/{ID}/episodes/{ID}/duties/{ID}");
    assert_eq!(text.parse::<DutyName>(), Err(NameError::Shape { pattern: DutyName::PATTERN }));
}

#[test]
fn jobcenter_ids_have_their_length() {
    assert!("ab".parse::<JobcenterId>().is_err());
    assert!("abc".parse::<JobcenterId>().is_ok());
    assert!("a".repeat(40).parse::<JobcenterId>().is_ok());
    assert!("a".repeat(41).parse::<JobcenterId>().is_err());
    assert!("1ab".parse::<JobcenterId>().is_err());
    assert!("-ab".parse::<JobcenterId>().is_err());
}

proptest! {
    #[test]
    fn any_text_is_refused_or_written_back_unchanged(text in ".*") {
        if let Ok(name) = text.parse::<StaffName>() {
            prop_assert_eq!(name.to_string(), text);
        }
    }

    #[test]
    fn names_round_trip(slug in "[a-z][a-z0-9-]{2,39}", high in any::<u128>(), low in any::<u128>()) {
        let jobcenter = JobcenterName::new(slug.parse().unwrap());
        let name = OfferName::new(ProviderName::new(jobcenter, Uuid::from_u128(high)), Uuid::from_u128(low));
        prop_assert_eq!(name.to_string().parse::<OfferName>().unwrap(), name.clone());
        let json = serde_json::to_string(&name).unwrap();
        prop_assert_eq!(serde_json::from_str::<OfferName>(&json).unwrap(), name);
    }
}
