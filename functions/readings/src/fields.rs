//! The body of a POST: a form of ours, or the page that says why it is none.

use views::page::Broken;

use crate::event::{Body, Request};
use crate::urlencoded;

/// The fields of a form, in their order; no name stands twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

/// The largest body in bytes.
const LARGEST: usize = 8 * 1024;

/// The most fields of a form.
const MOST: usize = 64;

/// The most fields of the form with an account's addresses: 250, and a few beside them.
const MOST_WITH_ADDRESSES: usize = 260;

/// How many fields a form may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// As many as a form about one address needs.
    OneAddress,
    /// One for each address of an account, too.
    Addresses,
}

impl Fields {
    /// The fields of a POST.
    pub(crate) fn of(request: &Request, width: Width) -> Result<Self, Broken> {
        // A browser says where a form comes from; what is no browser may say nothing.
        if request.header("sec-fetch-site").is_some_and(|site| site != "same-origin") {
            return Err(Broken::Forbidden);
        }
        if !is_form(request.header("content-type").unwrap_or_default()) {
            return Err(Broken::UnsupportedType);
        }
        match &request.body {
            Body::Bytes(bytes) if bytes.len() > LARGEST => Err(Broken::TooLarge),
            Body::Bytes(bytes) => {
                let most = match width {
                    Width::OneAddress => MOST,
                    Width::Addresses => MOST_WITH_ADDRESSES,
                };
                Self::of_at_most(most, bytes).ok_or(Broken::BadRequest)
            }
            Body::Broken => Err(Broken::BadRequest),
        }
    }

    /// Reads a body; `None` where it is broken, doubles a name or has more fields than any form.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        Self::of_at_most(MOST, bytes)
    }

    fn of_at_most(most: usize, bytes: &[u8]) -> Option<Self> {
        let fields = urlencoded::pairs(bytes)?;
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let doubled = names.windows(2).any(|two| matches!(two, [one, next] if one == next));
        (fields.len() <= most && !doubled).then_some(Self(fields))
    }

    /// The value of the field `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What was typed into the field `name`; nothing, where there is no such field.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Whether every field is one of `names`.
    pub(crate) fn are_among(&self, names: &[String]) -> bool {
        self.0.iter().all(|(name, _)| names.contains(name))
    }

    /// The same with `value` typed into the field `name`.
    pub(crate) fn retyped(&self, name: &str, value: &str) -> Self {
        let field = |(known, typed): &(String, String)| {
            let typed = if known == name { value } else { typed };
            (known.clone(), typed.to_owned())
        };
        Self(self.0.iter().map(field).collect())
    }

    /// The same without the fields `names`.
    pub(crate) fn without(mut self, names: &[String]) -> Self {
        self.0.retain(|(name, _)| !names.contains(name));
        self
    }

    /// The fields as a page keeps them.
    pub fn typed(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// Whether a content type is the one of a form, in UTF-8 if it says so.
fn is_form(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let form = "application/x-www-form-urlencoded";
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(form))
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
                value.trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            Some(_) | None => true,
        })
}

#[cfg(test)]
mod tests;
