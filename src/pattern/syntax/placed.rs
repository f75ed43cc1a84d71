//! Values that know where they stand.

use std::ops::Deref;

use serde::Deserialize;
use serde_saphyr::Spanned;

/// A value that knows where it stands in its file, so that a message can point there.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Placed<T>(Spanned<T>);

impl<T> Deref for Placed<T> {
    type Target = Spanned<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// To the schema it is the value.
#[cfg(test)]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
