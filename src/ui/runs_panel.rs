//! Runs and branches: list, switch, rename, forget, compare; and the memory that their records may take.

use leptos::prelude::*;

use crate::protocol::command::{BranchRef, Command, Compare, Configure, Empty, RenameBranch};
use crate::protocol::control::{BranchReport, Comparison};
use crate::protocol::report::Settings;
use crate::view::branches::{PairRow, branch_text, first_pair, pair_of_records};
use crate::view::timeline::{bytes_text, grouped};

use super::ask::Newest;
use super::beside::{AROUND, Side, beside};
use super::run_events::set_if_changed;
use super::store::{Store, use_store};
use super::time_bar::Branches;
use super::widgets::{dynamic, icon, icon_button, text_button};

/// Budgets to choose from, in megabytes.
const BUDGETS_MB: [u64; 6] = [16, 50, 100, 200, 500, 1_000];

#[derive(Clone, Copy)]
struct Panel {
    store: Store,
    all: RwSignal<Vec<BranchReport>>,
    /// The one that is being renamed.
    renaming: RwSignal<Option<u32>>,
    pair: RwSignal<Option<(u32, u32)>>,
    comparison: RwSignal<Option<Comparison>>,
    memory: RwSignal<Option<Settings>>,
}

/// The panel.
#[component]
pub fn RunsPanel() -> impl IntoView {
    let store = use_store();
    let panel = Panel {
        store,
        all: RwSignal::new(Vec::new()),
        renaming: RwSignal::new(None),
        pair: RwSignal::new(None),
        comparison: RwSignal::new(None),
        memory: RwSignal::new(None),
    };
    let (list, memory) = (Newest::default(), Newest::default());
    Effect::new(move |_| {
        store.run.pulse.track();
        list.ask(store, Command::Branches(Empty {}), move |body| panel.take(body));
        let same = Command::Configure(Configure::default());
        memory.ask(store, same, move |body: Result<Settings, String>| {
            if let Ok(settings) = body {
                set_if_changed(panel.memory, Some(settings));
            }
        });
    });
    view! {
        <div class="fx-panel__scroll fx-fill fx-runs" tabindex="-1">
            <section class="fx-runs__list" aria-label="Runs and branches">
                {dynamic(move || panel.all.with(Vec::is_empty).then(|| view! {
                    <p class="fx-panel__empty">"No run yet. Each run is kept, and each change in the past begins a branch: they are listed here."</p>
                }))}
                <ul class="fx-rows">
                    <For each=move || panel.all.get() key=|branch| (branch.id, branch.name.clone(), branch.current, branch.total, branch.of_this_document) children=move |branch| panel.line(branch) />
                </ul>
                {dynamic(move || panel.memory.get().map(|memory| panel.memory_form(&memory)))}
            </section>
            <section class="fx-runs__compare" aria-label="Compare">{dynamic(move || panel.compare_form())}</section>
        </div>
    }
    .into_any()
}

impl Panel {
    fn take(self, body: Result<Branches, String>) {
        let Ok(Branches { branches }) = body else { return };
        let is_there = |id: u32| branches.iter().any(|branch| branch.id == id);
        let keeps = self.pair.with_untracked(|pair| pair.is_some_and(|(a, b)| is_there(a) && is_there(b)));
        if !keeps {
            self.pair.set(first_pair(&branches));
            self.comparison.set(None);
        }
        set_if_changed(self.all, branches);
    }

    fn change(self, command: Command) {
        self.store.ask(command, move |body: Branches| {
            self.take(Ok(body));
            self.store.look_again();
        });
    }

    fn line(self, branch: BranchReport) -> AnyView {
        let BranchReport { id, name, current, .. } = branch.clone();
        let about = self.all.with_untracked(|all| branch_text(&branch, all));
        let indent = if branch.parent.is_some() {
            "fx-row fx-row--hover fx-runs__row fx-runs__row--branch"
        } else {
            "fx-row fx-row--hover fx-runs__row"
        };
        let label = name.clone();
        let old_name = name.clone();
        let name_part = move || {
            let (label, old_name) = (label.clone(), old_name.clone());
            if self.renaming.get() == Some(id) {
                return self.name_field(id, &old_name);
            }
            view! {
                <span class="fx-row__grow">
                    <span class="fx-strong">{label}</span>
                    <span class="fx-row__soft fx-runs__about">{about.clone()}</span>
                </span>
            }
            .into_any()
        };
        let tools = move || {
            (self.renaming.get() != Some(id)).then(|| {
                view! {
                    {(!current).then(|| view! {
                        <button type="button" class="fx-button fx-button--small fx-button--line" aria-label=format!("Show {name}") on:click=move |_| self.store.switch_branch(id)>"Show"</button>
                    })}
                    {icon_button("text", format!("Rename {name}"), move || {
                        self.renaming.set(Some(id));
                        set_timeout(|| { crate::browser::focus::focus("#branch-name"); crate::browser::focus::select_text("#branch-name"); }, std::time::Duration::from_millis(30));
                    })}
                    {(!current).then(|| icon_button("trash", format!("Forget {name}"), move || self.change(Command::ForgetBranch(BranchRef { branch: id }))))}
                }
            })
        };
        view! {
            <li class=indent data-branch=id.to_string() aria-current=current.then_some("true")>
                {icon(if branch.parent.is_some() { "branch" } else { "play" })}
                {name_part}
                {current.then(|| view! { <span class="fx-badge">"Shown"</span> })}
                {tools}
            </li>
        }
        .into_any()
    }

    fn name_field(self, id: u32, name: &str) -> AnyView {
        let done = move |text: String| {
            self.renaming.set(None);
            if !text.trim().is_empty() {
                self.change(Command::RenameBranch(RenameBranch { branch: id, name: text }));
            }
        };
        view! {
            <input
                type="text" id="branch-name" class="fx-input fx-row__grow" aria-label="Name of the run" value=name.to_owned() maxlength="60"
                on:keydown=move |event| {
                    event.stop_propagation();
                    match event.key().as_str() {
                        "Enter" => done(event_target_value(&event)),
                        "Escape" => self.renaming.set(None),
                        _ => {}
                    }
                }
                on:blur=move |_| self.renaming.set(None)
            />
        }
        .into_any()
    }

    fn compare_form(self) -> AnyView {
        let all = self.all.get();
        let Some((a, b)) = self.pair.get().filter(|_| all.len() > 1) else {
            return view! {
                <p class="fx-panel__empty">"Run again, or change something in the past: then two runs can be compared here, and the first difference is marked."</p>
            }
            .into_any();
        };
        let choose = move |label: &'static str, chosen: u32, is_first: bool| {
            let options = all.clone().into_iter().map(|branch| {
                view! { <option value=branch.id.to_string() selected=branch.id == chosen>{branch.name}</option> }
            });
            view! {
                <select
                    class="fx-select" aria-label=label
                    on:change=move |event| if let Ok(id) = event_target_value(&event).parse() {
                        self.pair.update(|pair| if let Some((a, b)) = pair { *(if is_first { a } else { b }) = id });
                        self.comparison.set(None);
                    }
                >{options.collect_view()}</select>
            }
        };
        view! {
            <div class="fx-runs__bar">
                {choose("First run", a, true)}
                <span class="fx-row__soft">"and"</span>
                {choose("Second run", b, false)}
                {text_button("Compare", "fx-button--line", move || {
                    self.store.ask(Command::Compare(Compare { a, b, before: AROUND.0, after: AROUND.1 }), move |found: Comparison| self.comparison.set(Some(found)));
                })}
            </div>
            {dynamic(move || self.comparison.get().map(|found| self.difference(a, b, &found)))}
        }
        .into_any()
    }

    fn difference(self, a: u32, b: u32, found: &Comparison) -> AnyView {
        let names = self.all.with_untracked(|all| {
            [a, b].map(|id| {
                all.iter().find(|branch| branch.id == id).map(|branch| branch.name.clone()).unwrap_or_default()
            })
        });
        let go = |id: u32, seq: Option<u64>, name: String| {
            let is_there = seq.is_some();
            let seq = seq.unwrap_or_default();
            is_there.then(|| {
                let text = format!("Go to record {} of {name}", grouped(seq));
                view! { <button type="button" class="fx-button fx-button--small fx-button--line" on:click=move |_| self.go_to(id, seq)>{text}</button> }
            })
        };
        let sides =
            [(a, 0), (b, 1)].map(|(id, side)| Side { name: names[side].clone(), show: move |seq| self.show(id, seq) });
        let rows: Vec<PairRow> = if found.same { Vec::new() } else { pair_of_records(&found.a, &found.b) };
        view! {
            <p class="fx-runs__verdict" data-same=found.same.to_string()>
                {icon(if found.same { "check" } else { "branch" })}
                <span>{found.text.clone()}{(!found.same).then_some(". The first difference:")}</span>
            </p>
            {(!found.same).then(|| view! {
                {pair_table(names.clone(), rows)}
                {beside(sides, [&found.rows_a, &found.rows_b], found.before)}
                <div class="fx-runs__bar">
                    {go(a, found.seq_a.filter(|_| found.a.as_map().is_some()), names[0].clone())}
                    {go(b, found.seq_b.filter(|_| found.b.as_map().is_some()), names[1].clone())}
                </div>
            })}
        }
        .into_any()
    }

    /// Shows a run, then the moment of a record of it.
    fn go_to(self, id: u32, seq: u64) {
        self.show_run(id, move |store| store.go_to_record(seq));
    }

    /// Shows a run, and selects a record of it: in the table, on the canvas, everywhere.
    fn show(self, id: u32, seq: u64) {
        self.show_run(id, move |store| store.pick_record(seq));
    }

    fn show_run(self, id: u32, then: impl FnOnce(Store) + 'static) {
        let store = self.store;
        let is_current = self.all.with_untracked(|all| all.iter().any(|branch| branch.id == id && branch.current));
        if is_current {
            return then(store);
        }
        store.ask(Command::SwitchBranch(BranchRef { branch: id }), move |state| {
            store.take_state(state);
            store.publish_run();
            then(store);
        });
    }

    fn memory_form(self, memory: &Settings) -> AnyView {
        let (used, most) = (memory.history_used as u64, memory.history_bytes as u64);
        let share = if most == 0 { 1.0 } else { (used as f64 / most as f64).min(1.0) };
        let mut budgets: Vec<u64> = BUDGETS_MB.iter().map(|megabytes| megabytes * 1_000_000).collect();
        if !budgets.contains(&most) {
            budgets.push(most);
            budgets.sort_unstable();
        }
        let kept = match memory.history_start {
            0 => "Everything is kept: any moment can be shown.".to_owned(),
            step => format!("The oldest detail was given up: moments from step {} on can be shown.", grouped(step)),
        };
        view! {
            <div class="fx-runs__memory">
                <h3 class="fx-heading">"Memory of the record"</h3>
                <div class="fx-runs__bar">
                    <span class="fx-meter fx-meter--wide" role="meter" aria-label="Memory that is used" aria-valuemin="0" aria-valuemax="100" aria-valuenow=((share * 100.0).round() as u64).to_string()>
                        <span style:width=format!("{}%", share * 100.0)></span>
                    </span>
                    <span>{format!("{} of", bytes_text(used))}</span>
                    <select
                        class="fx-select" aria-label="Most memory of the record"
                        on:change=move |event| if let Ok(bytes) = event_target_value(&event).parse() {
                            let change = Configure { history_bytes: Some(bytes), ..Configure::default() };
                            self.store.ask(Command::Configure(change), move |settings: Settings| {
                                self.memory.set(Some(settings));
                                // The line of the run shows it too.
                                self.store.look_again();
                            });
                        }
                    >
                        {budgets.into_iter().map(|bytes| view! { <option value=bytes.to_string() selected=bytes == most>{bytes_text(bytes)}</option> }).collect_view()}
                    </select>
                </div>
                <p class="fx-row__soft">{kept}</p>
            </div>
        }
        .into_any()
    }
}

/// Two columns of values, in which what differs is marked by a sign as well as by colour.
pub fn pair_table(names: [String; 2], rows: Vec<PairRow>) -> AnyView {
    let [a, b] = names;
    let label = format!("{a} beside {b}");
    view! {
        <div class="fx-pair__scroll" tabindex="0" role="region" aria-label=label>
            <table class="fx-pair">
                <thead><tr><th scope="col"><span class="fx-unseen">"Field"</span></th><th scope="col">{a}</th><th scope="col">{b}</th></tr></thead>
                <tbody>
                    {rows
                        .into_iter()
                        .map(|row| {
                            let is_same = row.is_same();
                            view! {
                                <tr data-same=is_same.to_string()>
                                    <th scope="row">{(!is_same).then(|| view! { <span class="fx-pair__sign" title="Differs">"≠"</span> })}{row.label}</th>
                                    <td>{row.a}</td>
                                    <td>{row.b}</td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
