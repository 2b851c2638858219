//! Rows of large values.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;

fn sample() -> Value {
    Value::map([
        ("name", Value::from("x")),
        ("items", Value::list((0..250).map(|number| Value::map([("n", Value::Int(number))])))),
        ("none", Value::list([])),
    ])
}

fn text(value: &Value, open: &OpenParts) -> String {
    let line = |row: TreeRow| {
        format!("{}{}: {} {:?}\n", "  ".repeat(row.depth), row.label, format::cut(row.text, 12), row.kind)
    };
    tree_rows(value, open).into_iter().map(line).collect()
}

#[test]
fn only_open_parts_have_rows() {
    let mut open = OpenParts::default();
    let closed = "name: x Leaf\nitems: [{n: 0}, {n… Closed\nnone: [] Leaf\n";
    assert_eq!(text(&sample(), &open), closed);
    open.toggle(&[1]);
    open.toggle(&[1, 0]);
    let rows = tree_rows(&sample(), &open);
    assert_eq!(rows.len(), 3 + PAGE_ENTRIES + 1 + 1);
    assert_eq!((rows[3].label.as_str(), rows[3].depth, rows[3].text.as_str()), ("n", 2, "0"));
    let more = &rows[rows.len() - 2];
    assert_eq!((more.kind, more.text.as_str(), &more.path), (TreeRowKind::More, "150 more", &vec![1]));
    open.show_more(&[1]);
    open.show_more(&[1]);
    assert_eq!(tree_rows(&sample(), &open).len(), 3 + 250 + 1);
    open.toggle(&[1]);
    assert_eq!(text(&sample(), &open), closed);
}

#[test]
fn a_plain_value_is_one_row() {
    assert_eq!(text(&Value::Int(5), &OpenParts::default()), ": 5 Leaf\n");
}

#[test]
fn a_part_has_an_expression() {
    let value = sample();
    assert_eq!(expression("data", &value, &[1, 7, 0]), "data['items'][7]['n']");
    assert_eq!(part(&value, &[1, 7, 0]), Some(&Value::Int(7)));
    assert_eq!(part(&value, &[0, 0]), None);
    assert_eq!(expression("data", &Value::map([("it's", Value::Null)]), &[0]), "data['it\\'s']");
}
