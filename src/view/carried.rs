//! What a connection or a port has carried, as it is said beside it.

use crate::protocol::inspect::{Carried, Part};

use super::format;
use super::tree::{LazyTree, TreeRow, TreeRowKind};

/// Most rows of a value beside its place: more is for the inspector.
const MOST_ROWS: usize = 8;
/// Most characters of a row.
const ROW_CHARS: usize = 48;

/// How many values came by, and when the last one did.
pub fn summary(carried: &Carried, is_place_of_slot: bool) -> String {
    if let Some(message) = &carried.message {
        return message.clone();
    }
    let (Some(seq), Some(t)) = (carried.seq, carried.t) else {
        return if is_place_of_slot { "Nothing has arrived yet" } else { "Nothing has come by yet" }.to_owned();
    };
    let count = usize::try_from(carried.count).unwrap_or(usize::MAX);
    let count = if count == 1 {
        "1 value".to_owned()
    } else {
        format!("{}, this is the last", format::counted(count, "value"))
    };
    format!("{count}: record {seq}, at {}", format::time_text(t))
}

/// The rows of a value beside its place, and how many are left out.
pub fn rows(part: &Part) -> (Vec<TreeRow>, usize) {
    let Some(value) = &part.value else {
        let row = TreeRow {
            path: Vec::new(),
            depth: 0,
            label: String::new(),
            text: part.text.clone(),
            kind: TreeRowKind::Leaf,
            value_kind: part.kind.clone(),
            place: (1, 1),
        };
        return (vec![row], 0);
    };
    let mut rows = LazyTree::of_value(value.clone()).rows();
    let left = rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    for row in &mut rows {
        row.text = if row.kind == TreeRowKind::Open { String::new() } else { format::cut(row.text.clone(), ROW_CHARS) };
    }
    (rows, left)
}

/// The numbers that came by: record and number.
pub fn numbers(carried: &Carried) -> Vec<(u64, f64)> {
    carried.series.iter().map(|(seq, _, number)| (*seq, *number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::value::Value;
    use crate::protocol::parts::part;

    #[test]
    fn a_place_says_how_much_and_when() {
        let mut carried = Carried::default();
        assert_eq!(summary(&carried, false), "Nothing has come by yet");
        carried = Carried { count: 3, seq: Some(17), t: Some(2_000_000), ..carried };
        assert_eq!(summary(&carried, false), "3 values, this is the last: record 17, at 2 s");
        carried.count = 1;
        assert_eq!(summary(&carried, true), "1 value: record 17, at 2 s");
        carried.message = Some("there is no such slot".into());
        assert_eq!(summary(&carried, true), "there is no such slot");
    }

    #[test]
    fn a_value_is_shown_in_few_short_rows() {
        let value = Value::map([("n", Value::Int(30)), ("user", Value::map([("name", Value::from("Ada"))]))]);
        let (shown, left) = rows(&part("", "", &value));
        let texts: Vec<String> = shown.iter().map(|row| format!("{} {}={}", row.depth, row.label, row.text)).collect();
        assert_eq!((texts, left), (vec!["0 n=30".into(), "0 user=".into(), "1 name=Ada".to_owned()], 0));
        let many = Value::list((0..20).map(Value::Int));
        assert_eq!(rows(&part("", "", &many)).1, 12);
        let large = part("", "", &Value::list((0..1000).map(Value::Int)));
        assert_eq!(rows(&large).0.len(), 1, "a large value is shown in short");
    }
}
