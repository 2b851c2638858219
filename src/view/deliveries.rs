//! What an update's records tell about deliveries over connections: whose they are, and what the newest one carried.

use std::collections::BTreeMap;

use crate::flow::value::Value;

/// What came over one connection, as far as records tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passed<'a> {
    /// The payload of the newest delivery.
    pub newest: Option<&'a Value>,
    /// The numbers of the deliveries' jobs, oldest first.
    pub jobs: Vec<usize>,
}

/// What came over each connection, by its key. `number_of` tells a job's number, or nothing if the job is not shown.
pub fn passed(records: &[Value], number_of: impl Fn(&str) -> Option<usize>) -> BTreeMap<String, Passed<'_>> {
    let mut passed: BTreeMap<String, Passed<'_>> = BTreeMap::new();
    for record in records {
        let text = |name: &str| record.get(name).and_then(Value::as_str);
        if text("type") != Some("slot_call") {
            continue;
        }
        let Some(number) = text("job").and_then(&number_of) else { continue };
        let Some(key) = key_of(record) else { continue };
        let one = passed.entry(key).or_default();
        one.newest = record.get("data");
        one.jobs.push(number);
    }
    passed
}

/// The key of the connection that a delivery came over; nothing for a post.
fn key_of(record: &Value) -> Option<String> {
    let from = record.get("from")?;
    let part = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).map(str::to_owned);
    let (emitter, event) = (part(from, "routine")?, part(from, "event")?);
    Some(format!("{emitter}.{event}->{}.{}", part(record, "routine")?, part(record, "slot")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::document::parse_value;

    #[test]
    fn deliveries_are_told_by_connection_and_by_job() {
        let record = |job: &str, slot: &str, data: u32| {
            let text = format!(
                r#"{{"type": "slot_call", "job": "{job}", "routine": "b", "slot": "{slot}", "from": {{"routine": "a", "event": "out"}}, "data": {data}}}"#
            );
            parse_value(&text).unwrap()
        };
        let post = r#"{"type": "slot_call", "job": "job-1", "routine": "b", "slot": "in", "from": null, "data": 0}"#;
        let end =
            r#"{"type": "routine_end", "job": "job-1", "routine": "b", "from": {"routine": "a", "event": "out"}}"#;
        let records = [
            record("job-1", "in", 1),
            record("job-2", "in", 2),
            record("job-3", "in", 3),
            record("job-1", "other", 4),
            parse_value(post).unwrap(),
            parse_value(end).unwrap(),
        ];
        let found = passed(&records, |job| match job {
            "job-1" => Some(1),
            "job-2" => Some(2),
            _ => None,
        });
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a.out->b.in", "a.out->b.other"]);
        // Nobody sees what a hidden job carries.
        assert_eq!(found["a.out->b.in"], Passed { newest: Some(&Value::Int(2)), jobs: vec![1, 2] });
        assert_eq!(found["a.out->b.other"].jobs, [1]);
    }
}
