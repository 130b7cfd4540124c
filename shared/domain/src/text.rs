//! Keys of the old administration: short texts of a closed alphabet, parsed once.

/// Declares a key: a text of 1 to `$longest` ASCII letters, digits and characters of `$also`.
macro_rules! key_type {
    ($(#[$doc:meta])* $name:ident, $also:literal, $longest:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads the key; white space around it is dropped, anything else is `None`.
            pub fn parse(text: &str) -> Option<Self> {
                let text = text.trim();
                let fits = |b: u8| b.is_ascii_alphanumeric() || $also.as_bytes().contains(&b);
                let valid = (1..=$longest).contains(&text.len()) && text.bytes().all(fits);
                valid.then(|| Self(text.to_owned()))
            }

            /// The key, as it stands in files and tables.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use key_type;
