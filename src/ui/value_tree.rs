//! A value as a tree that opens bit by bit, wherever a value is shown: of what is large only the open parts are fetched
//! from the engine. With a search inside, and what can be done with a part: copying it, its path, watching it.
//!
//! A tree at another moment of the run is another one; what was open in it opens again ([`Kept`]).

mod keys;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;

use crate::browser::focus;
use crate::flow::value::Value;
use crate::protocol::command::{Children, Command, CopyValue, LastChange, SearchValue, ValueRef};
use crate::protocol::cut;
use crate::protocol::inspect::{Changed, Found, Part};
use crate::protocol::parts;
use crate::ui::widgets::{dynamic, shared};
use crate::view::tree::{LazyTree, MOST_TEXT_BYTES, PageRequest, TreePath, TreeRow, TreeRowKind, bytes_text};

use super::store::Store;
use super::value_actions::row_actions;
use super::widgets::icon;

const SEARCH_DELAY: Duration = Duration::from_millis(200);
/// A search lists so many parts, and counts the rest.
const MOST_FOUND: usize = 50;
/// A value of a state that is larger may have been cut short there: it is fetched page by page.
const SURE_BYTES: usize = 4_000;

/// Which value a tree shows, and what its parts are called.
#[derive(Clone, Debug)]
pub struct Shown {
    of: ValueRef,
    known: Option<Value>,
    name: String,
    label: String,
    can_have_changed: bool,
    place: Option<Value>,
}

impl Shown {
    /// A value that is wholly here. `name` is what Python calls it where it can be watched.
    pub fn value(value: Value, name: &str) -> Self {
        Self {
            of: ValueRef::default(),
            known: Some(value),
            name: name.into(),
            label: "Value".into(),
            can_have_changed: false,
            place: None,
        }
    }

    /// A value of the run; `known` is what the page has of it already, which may be cut short.
    pub fn at(of: ValueRef, known: Option<&Value>, name: &str) -> Self {
        let known = known.filter(|value| parts::bytes(value) < SURE_BYTES && !cut::is_cut(value)).cloned();
        let can_have_changed = of.shared_data || of.state.is_some();
        Self { of, known, name: name.into(), label: "Value".into(), can_have_changed, place: None }
    }

    /// The place whose items its parts can be watched over, in the form of a document's breakpoint.
    pub fn over(self, place: Value) -> Self {
        Self { place: Some(place), ..self }
    }

    /// What screen readers call it.
    pub fn labelled(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    fn key(&self) -> String {
        format!("{} {}", self.name, serde_json::to_string(&self.of).unwrap_or_default())
    }
}

thread_local! {
    /// What was open in the trees that are gone.
    static KEPT: RefCell<BTreeMap<String, Vec<PageRequest>>> = const { RefCell::new(BTreeMap::new()) };
    static OPEN: RefCell<BTreeMap<String, Rc<Cell<bool>>>> = const { RefCell::new(BTreeMap::new()) };
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

/// Whether something of this name was open when it was last seen.
pub fn remembered(name: &str) -> Rc<Cell<bool>> {
    OPEN.with_borrow_mut(|all| Rc::clone(all.entry(name.to_owned()).or_default()))
}

/// The signals of one tree.
#[derive(Clone, Copy)]
pub struct TreeState {
    /// The page.
    pub store: Store,
    shown: StoredValue<Shown>,
    /// What is known and open.
    pub tree: RwSignal<LazyTree>,
    /// The row that takes the focus.
    active: RwSignal<String>,
    /// The row whose actions are shown.
    pub acting: RwSignal<Option<TreePath>>,
    /// What the row's last question was answered: who changed it.
    pub change: RwSignal<Option<Option<Changed>>>,
    found: RwSignal<Option<Found>>,
    problem: RwSignal<Option<String>>,
    id: u32,
}

/// The tree of a value. Nothing that is closed is fetched or drawn.
pub fn value_tree(store: Store, shown: Shown) -> AnyView {
    let id = NEXT_ID.get();
    NEXT_ID.set(id.wrapping_add(1));
    let tree = shown.known.clone().map(LazyTree::of_value).unwrap_or_default();
    let label = shown.label.clone();
    let state = TreeState {
        store,
        shown: StoredValue::new(shown),
        tree: RwSignal::new(tree),
        active: RwSignal::new(String::new()),
        acting: RwSignal::new(None),
        change: RwSignal::new(None),
        found: RwSignal::new(None),
        problem: RwSignal::new(None),
        id,
    };
    state.begin();
    on_cleanup(move || state.keep());
    let rows = Memo::new(move |_| state.tree.with(LazyTree::rows));
    let is_large = Memo::new(move |_| state.tree.with(LazyTree::is_large));
    view! {
        <div class="fx-value" data-tree=id.to_string()>
            {dynamic(move || is_large.get().then(|| search_bar(state)))}
            {dynamic(move || state.problem.get().map(|problem| view! { <p class="fx-field__error">{icon("warn")}<span>{problem}</span></p> }))}
            {dynamic(move || state.found.get().map(|found| found_list(state, &found)))}
            <ul
                class="fx-tree" role="tree" aria-label=label
                aria-busy=shared(move || state.tree.with(|tree| (!tree.is_known()).to_string()))
                on:keydown=move |event| state.key(&event)
            >
                {dynamic(move || {
                    let first = rows.with(|rows| rows.first().map(row_id));
                    rows.get().into_iter().map(|row| tree_row(state, row, first.as_deref())).collect_view()
                })}
            </ul>
        </div>
    }
    .into_any()
}

fn search_bar(state: TreeState) -> AnyView {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let size = state.tree.with_untracked(|tree| bytes_text(tree.bytes()));
    view! {
        <div class="fx-tree__search">
            <input
                type="search" class="fx-input" placeholder="Search in the value" aria-label="Search in the value" autocomplete="off" spellcheck="false"
                on:input=move |event| {
                    let text = event_target_value(&event);
                    if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                        timer.clear();
                    }
                    timer.set_value(set_timeout_with_handle(move || state.search(text), SEARCH_DELAY).ok());
                }
            />
            <span class="fx-row__soft">{size}</span>
        </div>
    }
    .into_any()
}

fn found_list(state: TreeState, found: &Found) -> AnyView {
    let name = state.shown.with_value(|shown| shown.name.clone());
    let total = match found.total {
        0 => "Nothing found".to_owned(),
        total if total > found.found.len() => format!("{total} found, the first {} are listed", found.found.len()),
        total => format!("{total} found"),
    };
    view! {
        <p class="fx-row__soft" role="status">{total}</p>
        <ul class="fx-tree__found">
            {found.found.iter().map(|(path, part)| {
                let path = path.clone();
                view! {
                    <li>
                        <button type="button" class="fx-tree__line" on:click=move |_| state.reveal(&path)>
                            <span class="fx-tree__key">{format!("{name}{}", part.access)}</span>" "
                            <span class=look_of(&part.kind)>{part.text.clone()}</span>
                        </button>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
    .into_any()
}

/// The look of a kind of value, in JSON's words.
pub fn look_of(kind: &str) -> &'static str {
    match kind {
        "text" => "fx-tree__text",
        "an integer" | "a number" => "fx-tree__number",
        "a boolean" | "null" => "fx-tree__word",
        _ => "fx-tree__soft",
    }
}

fn path_id(path: &[usize]) -> String {
    path.iter().map(usize::to_string).collect::<Vec<_>>().join(".")
}

fn row_id(row: &TreeRow) -> String {
    let end = match row.kind {
        TreeRowKind::Before => "-before",
        TreeRowKind::More => "-more",
        TreeRowKind::Coming => "-coming",
        TreeRowKind::Text => "-text",
        TreeRowKind::Leaf | TreeRowKind::Open | TreeRowKind::Closed => "",
    };
    format!("row-{}{end}", path_id(&row.path))
}

fn tree_row(state: TreeState, row: TreeRow, first: Option<&str>) -> AnyView {
    let own_id = row_id(&row);
    let is_first = first == Some(own_id.as_str());
    let TreeRow { path, depth, label, text, kind, value_kind, place } = row;
    let look = look_of(&value_kind);
    let tab_id = own_id.clone();
    let is_active = move || state.active.with(|active| *active == tab_id || (is_first && active.is_empty()));
    let has_value = matches!(kind, TreeRowKind::Leaf | TreeRowKind::Open | TreeRowKind::Closed);
    let line = match kind {
        TreeRowKind::Text => view! { <span class="fx-tree__whole fx-tree__text">{text}</span> }.into_any(),
        _ => view! {
            {(!label.is_empty()).then(|| view! { <span class="fx-tree__key">{label}": "</span> })}
            <span class=if has_value { look } else { "fx-tree__soft" }>{text}</span>
        }
        .into_any(),
    };
    let arrow = match kind {
        TreeRowKind::Open => icon("chevron"),
        TreeRowKind::Closed => icon("chevron-right"),
        TreeRowKind::Before | TreeRowKind::More => icon("menu"),
        _ => view! { <span class="fx-tree__gap"></span> }.into_any(),
    };
    let expanded = match kind {
        TreeRowKind::Open => Some("true"),
        TreeRowKind::Closed => Some("false"),
        _ => None,
    };
    let (click_path, act_path, shown_path) = (path.clone(), path.clone(), path);
    let focus_id = own_id.clone();
    view! {
        <li
            class="fx-tree__row" role="treeitem" data-row=own_id data-part=has_value.then(|| path_id(&shown_path)) attr:aria-level=(depth + 1).to_string()
            aria-expanded=expanded aria-posinset=place.0.to_string() aria-setsize=place.1.to_string()
            tabindex=shared(move || if is_active() { "0" } else { "-1" })
            style:padding-left=format!("{}px", depth * 14)
            on:focus=move |_| state.active.set(focus_id.clone())
        >
            <span class="fx-tree__line" on:click=move |_| state.press(&click_path, kind)>{arrow}<span>{line}</span></span>
            {has_value.then(|| view! {
                <button
                    type="button" class="fx-button fx-button--icon fx-tree__more" tabindex="-1" title="What can be done with this part"
                    aria-label="Actions" on:click=move |_| state.act(&act_path)
                >{icon("menu")}</button>
            })}
        </li>
        {has_value.then(|| dynamic(move || {
            let is_acting = state.acting.with(|acting| acting.as_ref() == Some(&shown_path));
            is_acting.then(|| row_actions(state, &shown_path))
        }))}
    }
    .into_any()
}

impl TreeState {
    fn begin(self) {
        let kept = KEPT.with_borrow(|kept| kept.get(&self.shown.with_value(Shown::key)).cloned());
        if self.tree.with_untracked(LazyTree::is_known) {
            let opened = kept.into_iter().flatten().filter(|request| !request.path.is_empty());
            opened.for_each(|request| {
                self.tree.update(|tree| drop(tree.open(&request.path)));
            });
        } else {
            self.fetch(kept.unwrap_or_else(|| vec![LazyTree::first_request()]));
        }
    }

    fn keep(self) {
        let (Some(key), Some(open)) =
            (self.shown.try_with_value(Shown::key), self.tree.try_with_untracked(LazyTree::open_requests))
        else {
            return;
        };
        KEPT.with_borrow_mut(|kept| {
            // Trees of payloads come and go with every step: what is remembered has to end somewhere.
            if kept.len() > 200 {
                kept.clear();
            }
            kept.insert(key, open);
        });
    }

    /// Asks the engine for pages. The answers come in the order of the requests: an outer part before what is in it.
    fn fetch(self, requests: Vec<PageRequest>) {
        for PageRequest { path, start, count } in requests {
            let of = self.shown.with_value(|shown| shown.of.clone());
            let command = Command::Children(Children { of, path: path.clone(), start, count });
            self.store.request(command, move |body: Result<Part, String>| match body {
                Ok(page) => {
                    self.tree.try_update(|tree| tree.take(&path, start, page));
                }
                // What was open before may not be there any more; only the value itself has to be.
                Err(reason) if path.is_empty() => {
                    self.problem.try_set(Some(reason));
                }
                Err(_) => {}
            });
        }
    }

    /// A row was pressed.
    fn press(self, path: &[usize], kind: TreeRowKind) {
        match kind {
            TreeRowKind::Open | TreeRowKind::Closed => self.toggle(path),
            TreeRowKind::Before | TreeRowKind::More => {
                let is_before = kind == TreeRowKind::Before;
                if let Some(needed) = self.tree.try_update(|tree| tree.more(path, is_before)) {
                    self.fetch(needed);
                }
            }
            TreeRowKind::Leaf => self.act(path),
            TreeRowKind::Coming | TreeRowKind::Text => {}
        }
    }

    fn toggle(self, path: &[usize]) {
        let Some(needed) = self.tree.try_update(|tree| tree.toggle(path)) else { return };
        self.fetch(needed);
        let text = self.tree.with_untracked(|tree| tree.part(path).filter(|part| part.kind == "text").cloned());
        let is_open = self
            .tree
            .with_untracked(|tree| tree.rows().iter().any(|row| row.path == path && row.kind == TreeRowKind::Text));
        if let Some(part) = text.filter(|_| !is_open) {
            self.open_text(path.to_vec(), &part);
        }
    }

    fn open_text(self, path: TreePath, part: &Part) {
        if part.bytes > MOST_TEXT_BYTES {
            let text = format!("{} of text: too long to be shown whole, but it can be copied", bytes_text(part.bytes));
            return self.tree.update(|tree| tree.take_text(&path, text));
        }
        let asked = path.clone();
        self.text(&asked, "json", move |body| {
            let text = body.and_then(|text| serde_json::from_str::<String>(&text).map_err(|err| err.to_string()));
            match text {
                Ok(text) => {
                    self.tree.try_update(|tree| tree.take_text(&path, text));
                }
                Err(reason) => self.store.complain(&reason),
            }
        });
    }

    /// Shows what can be done with a part, or hides it again.
    pub fn act(self, path: &[usize]) {
        self.change.set(None);
        self.acting.update(|acting| {
            *acting = if acting.as_deref() == Some(path) { None } else { Some(path.to_vec()) };
        });
    }

    fn search(self, text: String) {
        if text.trim().is_empty() {
            self.found.try_set(None);
            return;
        }
        let shown = self.shown.get_value();
        if let Some(found) =
            self.tree.with_untracked(|tree| tree.whole().map(|value| parts::search(value, &text, MOST_FOUND)))
        {
            self.found.set(Some(found));
            return;
        }
        let command = Command::SearchValue(SearchValue { of: shown.of, text, limit: MOST_FOUND });
        self.store.request(command, move |body: Result<Found, String>| match body {
            Ok(found) => {
                self.found.try_set(Some(found));
            }
            Err(reason) => self.store.complain(&reason),
        });
    }

    /// Opens everything above a part and moves the focus there.
    fn reveal(self, path: &[usize]) {
        let Some(needed) = self.tree.try_update(|tree| tree.reveal(path)) else { return };
        self.fetch(needed);
        let (selector, id) = (self.selector(&format!("row-{}", path_id(path))), self.shown.get_value().of);
        let go = move || {
            focus::reveal(&selector);
            focus::focus(&selector);
        };
        if self.tree.with_untracked(|tree| tree.whole().is_some()) {
            return request_animation_frame(go);
        }
        // Answered after all pages before it; then one frame draws them.
        let last = Command::Children(Children { of: id, path: Vec::new(), start: 0, count: 1 });
        self.store.request_text(last, move |_| request_animation_frame(go));
    }

    /// A part as text.
    pub fn text(self, path: &[usize], format: &str, take: impl FnOnce(Result<String, String>) + 'static) {
        let whole = self.tree.with_untracked(|tree| tree.whole().map(|value| parts::text(value, path, format)));
        if let Some(text) = whole {
            return take(text);
        }
        let of = self.shown.with_value(|shown| shown.of.clone());
        let command = Command::CopyValue(CopyValue { of, path: path.to_vec(), format: format.into() });
        self.store.request(command, move |body: Result<Value, String>| {
            take(body.map(|body| body.get("text").and_then(Value::as_str).unwrap_or_default().to_owned()));
        });
    }

    /// Copies a part.
    pub fn copy(self, path: &[usize], format: &'static str) {
        let store = self.store;
        self.text(path, format, move |text| match text {
            Ok(text) => store.copy_text(&text, if format == "python" { "Copied as Python" } else { "Copied as JSON" }),
            Err(reason) => store.complain(&reason),
        });
    }

    /// The Python expression of a part, if its value has a name.
    pub fn expression(self, path: &[usize]) -> String {
        let name = self.shown.with_value(|shown| shown.name.clone());
        self.tree.with_untracked(|tree| tree.expression(&name, path))
    }

    /// Where its expressions can be watched, if anywhere: at a place, or (none) over shared data and states.
    pub fn watched_over(self) -> Option<Option<Value>> {
        self.shown.with_value(|shown| match &shown.place {
            Some(place) => Some(Some(place.clone())),
            None => shown.can_have_changed.then_some(None),
        })
    }

    /// Whether somebody may have changed this part while the run went on.
    pub fn can_have_changed(self, path: &[usize]) -> bool {
        !path.is_empty() && self.shown.with_value(|shown| shown.can_have_changed)
    }

    /// Asks who last changed the entry that a part is in, before the step of a record if one is given.
    pub fn ask_change(self, path: &[usize], before: Option<u64>) {
        let key = path
            .first()
            .and_then(|index| self.tree.with_untracked(|tree| tree.part(&[*index]).map(|part| part.label.clone())));
        let of = self.shown.with_value(|shown| shown.of.clone());
        let command = Command::LastChange(LastChange { job: of.job, routine: of.state, key, before });
        self.store.request(command, move |body: Result<Option<Changed>, String>| match body {
            Ok(change) => {
                self.change.try_set(Some(change));
            }
            Err(reason) => self.store.complain(&reason),
        });
    }

    fn selector(self, row: &str) -> String {
        format!("[data-tree=\"{}\"] [data-row=\"{row}\"]", self.id)
    }

    fn focus_row(self, row: &str) {
        focus::focus(&self.selector(row));
    }
}
