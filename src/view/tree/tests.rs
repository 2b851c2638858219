//! Rows of large values.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use super::*;
use crate::view::format;

fn sample() -> Value {
    Value::map([
        ("name", Value::from("x")),
        ("items", Value::list((0..250).map(|number| Value::map([("n", Value::Int(number))])))),
        ("none", Value::list([])),
    ])
}

/// A tree whose value is somewhere else, with the counter of what was asked for.
struct Far {
    value: Value,
    tree: LazyTree,
    asked: usize,
}

impl Far {
    fn new(value: Value) -> Self {
        let mut far = Self { value, tree: LazyTree::default(), asked: 0 };
        far.bring(vec![LazyTree::first_request()]);
        far
    }

    fn bring(&mut self, requests: Vec<PageRequest>) {
        for PageRequest { path, start, count } in requests {
            self.asked += 1;
            let page = parts::children(&self.value, &path, start, count).unwrap();
            self.tree.take(&path, start, page);
        }
    }

    fn toggle(&mut self, path: &[usize]) {
        let requests = self.tree.toggle(path);
        self.bring(requests);
    }
}

fn text(tree: &LazyTree) -> String {
    let line = |row: TreeRow| {
        format!("{}{}: {} {:?}\n", "  ".repeat(row.depth), row.label, format::cut(row.text, 12), row.kind)
    };
    tree.rows().into_iter().map(line).collect()
}

#[test]
fn only_open_parts_have_rows_and_are_asked_for() {
    let mut far = Far::new(sample());
    let closed = "name: x Leaf\nitems: [{n: 0}, {n… Closed\nnone: [] Leaf\n";
    assert_eq!((text(&far.tree).as_str(), far.asked), (closed, 1));
    far.toggle(&[1]);
    far.toggle(&[1, 0]);
    assert_eq!(far.asked, 2, "a small part came whole with its page");
    let rows = far.tree.rows();
    assert_eq!(rows.len(), 3 + PAGE_ENTRIES + 1 + 1);
    assert_eq!((rows[3].label.as_str(), rows[3].depth, rows[3].text.as_str(), rows[3].place), ("n", 2, "0", (1, 1)));
    let more = &rows[rows.len() - 2];
    assert_eq!((more.kind, more.text.as_str(), &more.path), (TreeRowKind::More, "150 more", &vec![1]));
    for _ in 0..2 {
        let requests = far.tree.more(&[1], false);
        far.bring(requests);
    }
    assert_eq!(far.tree.rows().len(), 3 + 250 + 1);
    far.toggle(&[1]);
    assert_eq!(text(&far.tree), closed);
}

#[test]
fn a_value_that_is_here_asks_for_nothing() {
    let mut tree = LazyTree::of_value(sample());
    assert!(tree.toggle(&[1]).is_empty());
    assert!(tree.more(&[1], false).is_empty());
    assert_eq!(tree.rows().len(), 3 + 2 * PAGE_ENTRIES + 1);
    assert_eq!(tree.expression("data", &[1, 150]), "data['items'][150]");
}

#[test]
fn a_part_far_down_is_revealed_with_those_around_it() {
    let mut far = Far::new(sample());
    let requests = far.tree.reveal(&[1, 200, 0]);
    far.bring(requests);
    let rows = far.tree.rows();
    let row = rows.iter().find(|row| row.path == [1, 200, 0]).unwrap();
    assert_eq!(row.text, "200");
    assert_eq!(far.tree.expression("data", &row.path), "data['items'][200]['n']");
    assert_eq!((rows[2].kind, rows[2].text.as_str()), (TreeRowKind::Before, "190 before"));
    // What is before it joins on.
    let requests = far.tree.more(&[1], true);
    assert_eq!(requests, [PageRequest { path: vec![1], start: 90, count: 100 }]);
    far.bring(requests);
    assert_eq!(far.tree.rows()[2].text, "90 before");
    assert_eq!(far.tree.rows().iter().filter(|row| row.depth == 1 && row.kind == TreeRowKind::Closed).count(), 159);
}

#[test]
fn what_is_open_can_be_opened_again_at_another_moment() {
    let mut far = Far::new(sample());
    far.toggle(&[1]);
    far.toggle(&[1, 99]);
    let again = far.tree.open_requests();
    assert_eq!(again.iter().map(|request| request.path.len()).collect::<Vec<_>>(), [0, 1, 2]);
    let mut other = Far::new(sample());
    for request in again {
        let requests = other.tree.reveal(&[request.path.as_slice(), &[request.start]].concat());
        other.bring(requests);
    }
    assert_eq!(text(&other.tree), text(&far.tree));
}

#[test]
fn small_structures_are_open_at_first_sight() {
    let far = Far::new(Value::map([("a", Value::map([("b", Value::Int(1))])), ("c", Value::Int(2))]));
    assert_eq!((text(&far.tree).as_str(), far.asked), ("a: {b: 1} Open\n  b: 1 Leaf\nc: 2 Leaf\n", 1));
}

#[test]
fn plain_values_are_one_row_and_long_texts_open() {
    assert_eq!(text(&LazyTree::of_value(Value::Int(5))), ": 5 Leaf\n");
    let long = "word ".repeat(100);
    for (value, path) in
        [(Value::from(long.clone()), vec![]), (Value::map([("t", Value::from(long.clone()))]), vec![0])]
    {
        let mut tree = LazyTree::of_value(value);
        assert_eq!(tree.rows()[0].kind, TreeRowKind::Closed);
        tree.open(&path);
        tree.take_text(&path, long.clone());
        let rows = tree.rows();
        assert_eq!((rows[0].kind, rows[1].kind, rows[1].text.as_str()), (TreeRowKind::Open, TreeRowKind::Text, &*long));
        tree.toggle(&path);
        if !path.is_empty() {
            assert_eq!(tree.rows().len(), 1);
        }
    }
}

#[test]
fn sizes_are_for_people() {
    assert_eq!([812, 34_567, 10_240_000].map(bytes_text), ["812 B", "34 KB", "10.2 MB"]);
}
