//! A value as a tree that opens bit by bit.

use leptos::prelude::*;

use crate::ui::widgets::dynamic;

use crate::flow::value::Value;
use crate::view::tree::{OpenParts, TreeRow, TreeRowKind, tree_rows};

use super::widgets::icon;

/// A value as a tree. Nothing that is closed is rendered.
pub fn value_tree(value: Value) -> AnyView {
    let mut parts = OpenParts::default();
    // Small structures on the first level are open from the start: most payloads are seen whole.
    if let Value::Map(map) = &value {
        for (index, (_, item)) in map.iter().enumerate().take(6) {
            let is_small =
                item.as_map().is_some_and(|map| map.len() <= 6) || item.as_list().is_some_and(|list| list.len() <= 6);
            if is_small {
                parts.toggle(&[index]);
            }
        }
    }
    let open = RwSignal::new(parts);
    let rows = move || open.with(|open| tree_rows(&value, open));
    view! {
        <ul class="fx-tree">
            {dynamic(move || rows().into_iter().map(|row| tree_row(open, row)).collect_view())}
        </ul>
    }
    .into_any()
}

fn tree_row(open: RwSignal<OpenParts>, row: TreeRow) -> AnyView {
    let TreeRow { path, depth, label, text, kind, value_kind } = row;
    let colour = match value_kind {
        "text" => "fx-tree__text",
        "an integer" | "a number" => "fx-tree__number",
        "a boolean" | "null" => "fx-tree__word",
        _ => "fx-tree__soft",
    };
    let indent = format!("{}px", depth * 14);
    let line = view! {
        {(!label.is_empty()).then(|| view! { <span class="fx-tree__key">{label.clone()}": "</span> })}
        <span class=colour>{text.clone()}</span>
    };
    match kind {
        TreeRowKind::Leaf => view! { <li class="fx-tree__leaf" style:padding-left=indent>{line}</li> }.into_any(),
        TreeRowKind::More => view! {
            <li style:padding-left=indent>
                <button type="button" class="fx-tree__line" on:click=move |_| open.update(|open| open.show_more(&path))>{line}</button>
            </li>
        }.into_any(),
        TreeRowKind::Open | TreeRowKind::Closed => {
            let is_open = kind == TreeRowKind::Open;
            view! {
                <li style:padding-left=indent>
                    <button
                        type="button" class="fx-tree__line" aria-expanded=is_open.to_string()
                        on:click=move |_| open.update(|open| open.toggle(&path))
                    >
                        {icon(if is_open { "chevron" } else { "chevron-right" })}
                        {line}
                    </button>
                </li>
            }.into_any()
        }
    }
}
