//! Runs and branches in words, and two records held against each other.

use crate::flow::value::Value;
use crate::protocol::control::BranchReport;

use super::format;
use super::timeline::grouped;

/// Where a run or branch comes from and how long it is.
pub fn branch_text(branch: &BranchReport, all: &[BranchReport]) -> String {
    let records =
        format!("{} records, {} steps", grouped(branch.total.saturating_sub(branch.first)), grouped(branch.steps));
    let origin = branch.parent.zip(branch.forked_at).map(|(parent, at)| {
        let name = all.iter().find(|other| other.id == parent).map_or("a forgotten run", |other| &other.name);
        format!("left {name} at record {}, ", grouped(at))
    });
    let document = if branch.of_this_document { "" } else { ", of an earlier version of the flow" };
    format!("{}{records}{document}", origin.unwrap_or_default())
}

/// The two to compare if nobody chose: the one that is shown, and where it comes from or else the newest other one.
pub fn first_pair(all: &[BranchReport]) -> Option<(u32, u32)> {
    let current = all.iter().find(|branch| branch.current)?;
    let parent = current.parent.filter(|parent| all.iter().any(|branch| branch.id == *parent));
    let other = parent.or_else(|| all.iter().rev().map(|branch| branch.id).find(|id| *id != current.id))?;
    Some((other, current.id))
}

/// One field of two records, or of two jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRow {
    /// Its name.
    pub label: String,
    /// In the one.
    pub a: String,
    /// In the other.
    pub b: String,
}

impl PairRow {
    /// Whether both are alike.
    pub fn is_same(&self) -> bool {
        self.a == self.b
    }
}

/// Most characters of a field.
const FIELD_CHARS: usize = 400;

/// All fields of two records beside each other; a record that is not there has none.
pub fn pair_of_records(a: &Value, b: &Value) -> Vec<PairRow> {
    let mut labels: Vec<&str> = Vec::new();
    for record in [a, b] {
        for key in record.as_map().into_iter().flat_map(|map| map.keys()) {
            if !labels.contains(&&**key) {
                labels.push(key);
            }
        }
    }
    let text = |record: &Value, key: &str| match record.get(key) {
        Some(value) => format::value_text(value, FIELD_CHARS),
        None => "–".into(),
    };
    labels.into_iter().map(|key| PairRow { label: key.into(), a: text(a, key), b: text(b, key) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(id: u32, parent: Option<u32>, current: bool) -> BranchReport {
        BranchReport {
            id,
            name: format!("Run {id}"),
            current,
            parent,
            forked_at: parent.map(|_| 12),
            total: 1_500,
            steps: 700,
            of_this_document: id > 1,
            ..BranchReport::default()
        }
    }

    #[test]
    fn a_branch_says_where_it_comes_from() {
        let all = [branch(1, None, false), branch(2, Some(1), true)];
        assert_eq!(branch_text(&all[1], &all), "left Run 1 at record 12, 1\u{202f}500 records, 700 steps");
        assert!(branch_text(&all[0], &all).ends_with("of an earlier version of the flow"));
    }

    #[test]
    fn a_branch_is_compared_with_what_it_left_and_a_run_with_the_one_before() {
        assert_eq!(
            first_pair(&[branch(1, None, false), branch(2, None, false), branch(3, Some(1), true)]),
            Some((1, 3))
        );
        assert_eq!(first_pair(&[branch(1, None, false), branch(2, None, false), branch(3, None, true)]), Some((2, 3)));
        assert_eq!(first_pair(&[branch(1, None, true)]), None);
    }

    #[test]
    fn records_lie_beside_each_other_field_by_field() {
        let a = Value::map([("seq", Value::Int(4)), ("data", Value::Int(1))]);
        let b = Value::map([("seq", Value::Int(4)), ("message", Value::from("x"))]);
        let rows = pair_of_records(&a, &b);
        let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["seq", "data", "message"]);
        assert!(rows[0].is_same());
        assert_eq!((rows[1].a.as_str(), rows[1].b.as_str()), ("1", "–"));
        assert_eq!(pair_of_records(&Value::Null, &b).len(), 2);
    }
}
