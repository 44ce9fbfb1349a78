//! Keys and places that exist, and those that do not.

use super::*;

fn key(text: &str) -> MunicipalityKey {
    text.parse().unwrap()
}

#[test]
fn a_key_is_eight_digits_of_a_land() {
    assert_eq!(key("09162000").land(), Land::BY);
    assert_eq!(key("16061045").land(), Land::TH);
    assert_eq!(key("01001000").to_string(), "01001000");
    for text in ["", "9162000", "091620000", "0916200x", "+9162000", " 9162000", "０９１６２０００"] {
        assert_eq!(text.parse::<MunicipalityKey>(), Err(PlaceError::KeyShape), "{text}");
    }
    for text in ["00000000", "17000000", "99999999"] {
        assert_eq!(text.parse::<MunicipalityKey>(), Err(PlaceError::KeyLand), "{text}");
    }
}

#[test]
fn each_land_has_its_own_prefix() {
    let mut prefixes: Vec<u32> = Land::ALL.iter().map(|land| land.key_prefix()).collect();
    prefixes.sort_unstable();
    assert_eq!(prefixes, (1..=16).collect::<Vec<u32>>());
}

#[test]
fn a_land_has_two_letters() {
    assert_eq!("NW".parse::<Land>(), Ok(Land::NW));
    for text in ["", "nw", "XX", "NRW", "Bayern"] {
        assert_eq!(text.parse::<Land>().unwrap_err().to_string(), "not a code of Land", "{text}");
    }
    assert!(Land::ALL.iter().all(|land| land.code().len() == 2 && land.german().len() > 5));
}

#[test]
fn a_municipality_lies_in_its_land() {
    let munich = key("09162000");
    assert_eq!(
        Place::of(Land::BE).with_municipality(munich),
        Err(PlaceError::OtherLand { expected: Land::BE, actual: Land::BY })
    );
    assert_eq!(Place::of(Land::BY).with_municipality(munich).unwrap(), Place::from(munich));
    assert_eq!(Place::of(Land::SN).with_district(District::Sdier), Err(PlaceError::DistrictAlone));
}

#[test]
fn reading_a_place_checks_it() {
    let place = Place::from(key("14625250")).with_district(District::Elsewhere).unwrap();
    let json = serde_json::to_string(&place).unwrap();
    assert_eq!(json, r#"{"land":"SN","municipality":"14625250","district":"ANDERER_ORTSTEIL"}"#);
    assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place);
    for json in [
        r#"{"land":"SN","municipality":"09162000"}"#,
        r#"{"land":"SN","district":"SDIER"}"#,
        r#"{"land":"SN","municipality":"146"}"#,
        r#"{"land":"sn"}"#,
        r#"{"land":"SN","ort":"Sdier"}"#,
    ] {
        assert!(serde_json::from_str::<Place>(json).is_err(), "{json}");
    }
}
