//! An event as it is stored, and as it is told.

use super::Event;
use crate::domain::german;

impl Event {
    /// The parameters as stored beside the code.
    ///
    /// # Errors
    /// Never for the events of this enumeration; the signature is serde's.
    pub fn parameters(&self) -> serde_json::Result<serde_json::Value> {
        Ok(serde_json::to_value(self)?.get_mut("parameters").map(serde_json::Value::take).unwrap_or_default())
    }

    /// Reads an event back from its columns.
    ///
    /// # Errors
    /// When code or parameters are not those of an event.
    pub fn from_columns(code: &str, parameters: &serde_json::Value) -> serde_json::Result<Self> {
        serde_json::from_value(serde_json::json!({ "code": code, "parameters": parameters }))
    }

    /// One German sentence for the reader.
    #[must_use]
    pub fn text_de(&self) -> String {
        german::sentence(self)
    }
}
