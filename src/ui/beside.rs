//! Two runs beside each other around their first difference, record by record.

use leptos::prelude::*;

use crate::protocol::timeline::Row;
use crate::view::format;
use crate::view::side_by_side::{SideKind, SideRow, side_by_side};
use crate::view::table::{place_text, sentence, symbol};

use super::widgets::icon;

/// How many records before the first difference are shown, and of each side from it on.
pub const AROUND: (usize, usize) = (4, 30);

/// What a run is called, and what a press on one of its records does.
#[derive(Clone)]
pub struct Side<F> {
    /// The run's name.
    pub name: String,
    /// Shows a record of it.
    pub show: F,
}

/// The records of both sides, of which so many at the beginning are alike.
pub fn beside<F: Fn(u64) + Copy + 'static>(sides: [Side<F>; 2], rows: [&[Row]; 2], alike: usize) -> AnyView {
    let [a, b] = sides;
    let lines = side_by_side(rows[0], rows[1], alike);
    let label = format!("Records of {} beside those of {}", a.name, b.name);
    let is_cut = rows.iter().any(|rows| rows.len() == alike + AROUND.1);
    let (show_a, show_b) = (a.show, b.show);
    let line = move |line: SideRow| {
        let (sign, words) = match line.kind {
            SideKind::Before => ("", "Alike"),
            SideKind::First => ("≠", "The first difference"),
            SideKind::Same => ("=", "The same"),
            SideKind::Other => ("≠", "Differs"),
        };
        view! {
            <tr data-side=line.kind.name()>
                <th scope="row" title=words><span aria-hidden="true">{sign}</span><span class="fx-unseen">{words}</span></th>
                {cell(line.a, show_a)}
                {cell(line.b, show_b)}
            </tr>
        }
    };
    view! {
        <div class="fx-pair__scroll" tabindex="0" role="region" aria-label=label>
            <table class="fx-pair fx-sides">
                <thead><tr><th scope="col"><span class="fx-unseen">"How they differ"</span></th><th scope="col">{a.name}</th><th scope="col">{b.name}</th></tr></thead>
                <tbody>{lines.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
        {is_cut.then(|| view! { <p class="fx-row__soft">{format!("The first {} records of each side are shown", AROUND.1)}</p> })}
    }
    .into_any()
}

fn cell(row: Option<Row>, show: impl Fn(u64) + 'static) -> AnyView {
    let Some(row) = row else { return view! { <td class="fx-row__soft">"–"</td> }.into_any() };
    let seq = row.seq;
    let words = sentence(&row, None);
    let place = place_text(&row);
    let what = if place.is_empty() { row.kind.replace(['.', '_'], " ") } else { place };
    view! {
        <td>
            <button type="button" class="fx-sides__record" data-side-seq=seq.to_string() aria-label=words.clone() title=words on:click=move |_| show(seq)>
                {icon(symbol(&row.kind))}
                <span class="fx-log__seq">{seq}</span>
                <span class="fx-sides__what">{what}</span>
                <span class="fx-row__soft fx-sides__said">{row.text.clone()}</span>
                <span class="fx-row__soft">{format::time_text(row.t)}</span>
            </button>
        </td>
    }
    .into_any()
}
