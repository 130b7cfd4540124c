use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// The values of a list or an object, each name before its value, as they were written.
#[track_caller]
fn cut(json: &str) -> Vec<String> {
    let whole: Json<'_> = serde_json::from_str(json).unwrap();
    let mut cut = Vec::new();
    if let Some(mut list) = whole.list() {
        while list.goes_on() {
            cut.push(list.value().written().to_owned());
        }
        assert_eq!(list.column(), whole.written().len(), "all of {json} was cut");
    }
    if let Some(mut object) = whole.object() {
        while object.goes_on() {
            cut.push(object.name().unwrap().into_owned());
            cut.push(object.value().written().to_owned());
        }
        assert_eq!(object.column(), whole.written().len(), "all of {json} was cut");
    }
    cut
}

#[test]
fn a_list_is_cut_at_its_own_commas() {
    assert_eq!(cut("[]"), [""; 0]);
    assert_eq!(cut("[1, -2.5e3 ,null]"), ["1", "-2.5e3", "null"]);
    assert_eq!(cut(r#" [ [1,[2]] , "a,]\"" ] "#), ["[1,[2]]", r#""a,]\"""#]);
    assert_eq!(cut(r#"[{"a":"}"},"\\",{}]"#), [r#"{"a":"}"}"#, r#""\\""#, "{}"]);
}

#[test]
fn an_object_is_cut_into_names_and_values() {
    assert_eq!(cut("{}"), [""; 0]);
    assert_eq!(cut(r#"{"a":1,"b" : [1,{"c":2}] }"#), ["a", "1", "b", r#"[1,{"c":2}]"#]);
    assert_eq!(cut(r#"{"\u0061\"":":","":{}}"#), ["a\"", r#"":""#, "", "{}"]);
}

#[test]
fn only_text_has_text() {
    let text = |json| serde_json::from_str::<Json<'_>>(json).unwrap().text().map(Cow::into_owned);
    assert_eq!(text(r#""m\u00b3""#), Some("m³".into()));
    assert_eq!(text(r#""""#), Some(String::new()));
    assert_eq!(text("5"), None);
    assert_eq!(text(r#"["a"]"#), None);
    // half a character: JSON by its grammar, and no text
    assert_eq!(text(r#""\ud800""#), None);
}

/// Any JSON value.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        r#"[a-c"\\\[\]{},: ]{0,6}"#.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(r#"[a-c"\\\]},:]{0,4}"#, inner, 0..5)
                .prop_map(|members| Value::from(serde_json::Map::from_iter(members))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_cut_is_what_serde_reads(value in values(), pretty in any::<bool>()) {
        let json = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let expected: Vec<Value> = match &value {
            Value::Array(values) => values.clone(),
            Value::Object(members) => members
                .iter()
                .flat_map(|(name, value)| [Value::from(name.clone()), value.clone()])
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        let names = value.is_object();
        let read: Vec<Value> = cut(&json)
            .into_iter()
            .enumerate()
            .map(|(place, cut)| {
                let is_name = names && place % 2 == 0;
                if is_name { Value::from(cut) } else { serde_json::from_str(&cut).unwrap() }
            })
            .collect();
        prop_assert_eq!(read, expected);
    }
}
