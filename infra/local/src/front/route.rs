//! Which route takes a request.

use std::{cmp::Reverse, collections::BTreeMap};

use http::Method;

use crate::{standin::s3, template::Route};

/// A route that takes a request, with what stands in its braces.
#[derive(Debug)]
pub(super) struct Match<'a> {
    pub(super) route: &'a Route,
    pub(super) parameters: BTreeMap<String, String>,
}

/// How closely a route describes a request: more fixed segments first, then one that is not
/// greedy, then one that names the method.
type Closeness = (usize, Reverse<bool>, bool);

/// The route that describes the request most closely; `$default` takes what no other does.
///
/// **Source.** API Gateway developer guide, routes for HTTP APIs.
pub(super) fn find<'a>(routes: &'a [Route], method: &Method, path: &str) -> Option<Match<'a>> {
    let described = routes.iter().filter_map(|route| {
        let (named, pattern) = route.key.split_once(' ')?;
        if named != "ANY" && named != method.as_str() {
            return None;
        }
        let (fixed, greedy, parameters) = describe(pattern, path)?;
        let closeness: Closeness = (fixed, Reverse(greedy), named != "ANY");
        Some((closeness, Match { route, parameters }))
    });
    let closest = described.max_by_key(|(closeness, _)| *closeness).map(|(_, found)| found);
    closest.or_else(|| {
        let route = routes.iter().find(|route| route.key == "$default")?;
        Some(Match { route, parameters: BTreeMap::new() })
    })
}

/// How many segments of the path are fixed, whether the last one takes all the rest, and what
/// stands in the braces; `None` when the path is not of this form.
fn describe(pattern: &str, path: &str) -> Option<(usize, bool, BTreeMap<String, String>)> {
    let mut parameters = BTreeMap::new();
    let mut fixed = 0_usize;
    let mut rest = path.trim_start_matches('/');
    let mut segments = pattern.trim_start_matches('/').split('/').peekable();
    while let Some(segment) = segments.next() {
        let braced = segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}'));
        if let Some(name) = braced.and_then(|name| name.strip_suffix('+')) {
            if rest.is_empty() {
                return None;
            }
            parameters.insert(name.to_owned(), s3::decode(rest));
            return Some((fixed, true, parameters));
        }
        let (here, after) = rest.split_once('/').unwrap_or((rest, ""));
        match braced {
            Some(_) if here.is_empty() => return None,
            Some(name) => {
                parameters.insert(name.to_owned(), s3::decode(here));
            }
            None if here == segment => fixed = fixed.saturating_add(1),
            None => return None,
        }
        let ends = !rest.contains('/');
        if ends != segments.peek().is_none() {
            return None;
        }
        rest = after;
    }
    Some((fixed, false, parameters))
}
