//! The one context of the page: signals that mirror the document, the canvas and the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;

use crate::browser::frame_loop::FrameLoop;
use crate::flow::catalogue::Catalogue;
use crate::flow::model::{BreakpointPlace, Flow, Size};
use crate::protocol::report::{BreakpointReport, ProblemReport, RunState, State};
use crate::protocol::timeline::JobFilter;
use crate::view::by_hand::Subject;
use crate::view::canvas::hit::Port;
use crate::view::canvas::scene::{Lod, Scene};
use crate::view::canvas::viewport::{Rect, Viewport};
use crate::view::causes::{Family, Lit};
use crate::view::history::History;

use super::canvas::rows::NodeRow;
use super::engine_client::Engine;
use super::later::Later;
use super::run_events::RunMirror;
use super::watches::Inside;

/// All that components read and write, as handles that are cheap to copy.
#[derive(Clone, Copy)]
pub struct Store {
    /// The flow that is edited.
    pub document: Document,
    /// What the canvas shows of it.
    pub canvas: CanvasState,
    /// What the engine does with it.
    pub run: Run,
    /// Which panels and windows are open.
    pub panels: Panels,
    /// What the person has chosen.
    pub settings: Settings,
    /// Messages for the person.
    pub notices: Notices,
    /// What looks inside the run: watches, the walk through lines.
    pub inside: Inside,
    /// The part of the page that comes after the first picture.
    pub later: Later,
    /// The connection to the engine.
    pub engine: StoredValue<Engine, LocalStorage>,
    /// Work will be kept when this timer ends.
    pub keeping: StoredValue<Option<TimeoutHandle>>,
    /// The flow came with a link and was not edited yet.
    pub is_guest: StoredValue<bool>,
    /// The part of the flow that was shown at the last visit.
    pub start_viewport: StoredValue<Option<Viewport>>,
    /// The loop over animation frames.
    pub frames: StoredValue<Option<FrameLoop>, LocalStorage>,
}

/// The flow that is edited, its history and what is selected.
#[derive(Clone, Copy)]
pub struct Document {
    /// The flow as it is.
    pub flow: RwSignal<Arc<Flow>>,
    /// The flow as it was and could be again.
    pub history: StoredValue<History>,
    /// What undo would undo.
    pub undo_label: RwSignal<Option<String>>,
    /// What redo would do again.
    pub redo_label: RwSignal<Option<String>>,
    /// The classes that a routine can have.
    pub catalogue: StoredValue<Arc<Catalogue>>,
    /// What is wrong with the flow.
    pub problems: RwSignal<Vec<ProblemReport>>,
    /// What is selected.
    pub selection: RwSignal<Selection>,
}

/// What is selected on the canvas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids of routines.
    pub routines: BTreeSet<String>,
    /// Indices of connections.
    pub connections: BTreeSet<usize>,
}

impl Selection {
    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.routines.is_empty() && self.connections.is_empty()
    }

    /// One routine and nothing else.
    pub fn of_routine(id: &str) -> Self {
        Self { routines: BTreeSet::from([id.to_owned()]), connections: BTreeSet::new() }
    }

    /// One connection and nothing else.
    pub fn of_connection(index: usize) -> Self {
        Self { routines: BTreeSet::new(), connections: BTreeSet::from([index]) }
    }

    /// The routine, if exactly one routine and nothing else is selected.
    pub fn only_routine(&self) -> Option<&String> {
        let only = self.routines.len() == 1 && self.connections.is_empty();
        only.then(|| self.routines.first()).flatten()
    }

    /// The connection, if exactly one connection and nothing else is selected.
    pub fn only_connection(&self) -> Option<usize> {
        let only = self.connections.len() == 1 && self.routines.is_empty();
        only.then(|| self.connections.first().copied()).flatten()
    }
}

/// What the canvas shows.
#[derive(Clone, Copy)]
pub struct CanvasState {
    /// All shapes.
    pub scene: StoredValue<Scene>,
    /// Pan and zoom.
    pub viewport: RwSignal<Viewport>,
    /// The size of the canvas element.
    pub size: RwSignal<Size>,
    /// Whether routines are elements or painted.
    pub lod: RwSignal<Lod>,
    /// The routines that are elements, by id in the document's order.
    pub node_ids: RwSignal<Vec<String>>,
    /// The row of each of them.
    pub node_rows: StoredValue<BTreeMap<String, NodeRow>>,
    /// The connections that have a dot: index, key and its place.
    pub dots: RwSignal<Vec<super::canvas::rows::DotView>>,
    /// The port a connection is being drawn from.
    pub connecting: RwSignal<Option<Port>>,
    /// The port the drawn connection snaps to.
    pub snap: RwSignal<Option<Port>>,
    /// Where the drawn connection ends, on the canvas.
    pub draft_end: StoredValue<crate::flow::model::Point>,
    /// Space is held; and whether something was dragged meanwhile.
    pub space: StoredValue<(bool, bool)>,
    /// The box that selects.
    pub marquee: RwSignal<Option<Rect>>,
    /// The routine that takes the keyboard's focus when it comes to the canvas.
    pub focusable: RwSignal<Option<String>>,
    /// How the pointer looks: `pan`, `panning`, `connect`, `move` or nothing.
    pub cursor: RwSignal<&'static str>,
    /// The connection under the pointer.
    pub hovered_edge: RwSignal<Option<usize>>,
    /// Counts how often the colours have to be read anew.
    pub theme_revision: StoredValue<u64>,
    /// Shapes changed: what is near has to be looked up again.
    pub is_stale: StoredValue<bool>,
}

/// What the engine tells about the run.
#[derive(Clone, Copy)]
pub struct Run {
    /// Whether the engine answers.
    pub engine: RwSignal<EngineStatus>,
    /// What the run does.
    pub state: RwSignal<RunState>,
    /// Everything about the moment at which the run is held or ended.
    pub moment: RwSignal<Option<Arc<State>>>,
    /// How the breakpoints fare.
    pub breakpoints: RwSignal<Vec<BreakpointReport>>,
    /// A hit holds only its job, while the others go on.
    pub holds_one_job: RwSignal<bool>,
    /// Virtual microseconds.
    pub time: RwSignal<u64>,
    /// Steps taken, and steps recorded.
    pub steps: RwSignal<(u64, u64)>,
    /// Changes when records came.
    pub log_length: RwSignal<u64>,
    /// The `seq` that the next record will have at the moment that is shown, and the run or branch that is shown. With
    /// another branch all records are others.
    pub at: RwSignal<(u64, u32)>,
    /// The selected record's `seq`: all views mark it. Selecting does not move the run.
    pub record: RwSignal<Option<u64>>,
    /// Changes when views of the whole record have to ask again.
    pub pulse: RwSignal<u32>,
    /// Ids of the jobs in the order of their creation: a job's number is its place here.
    pub job_ids: RwSignal<Arc<Vec<String>>>,
    /// Which jobs all views show.
    pub job_filter: RwSignal<JobFilter>,
    /// What led to the selected record and what it led to.
    pub family: RwSignal<Option<Arc<Family>>>,
    /// What of it lights up on the canvas.
    pub lit: RwSignal<Lit>,
    /// Counts, statuses, records and tokens, published once a frame.
    pub mirror: StoredValue<RunMirror>,
}

/// Whether the engine answers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum EngineStatus {
    /// It is on its way.
    #[default]
    Starting,
    /// It answers.
    Ready,
    /// It died, or never came. Why.
    Lost(String),
}

/// Which panels and windows are open.
#[derive(Clone, Copy)]
pub struct Panels {
    /// The panel on the right is wide, for code.
    pub is_right_wide: RwSignal<bool>,
    /// The palette is shown.
    pub left: RwSignal<bool>,
    /// The inspector or outline is shown.
    pub right: RwSignal<bool>,
    /// The tab on the right.
    pub side: RwSignal<SideTab>,
    /// The tab below.
    pub dock: RwSignal<DockTab>,
    /// The dock shows only its tabs.
    pub is_dock_folded: RwSignal<bool>,
    /// The one open sheet on narrow screens.
    pub sheet: RwSignal<Sheet>,
    /// The open window.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The open popover or menu on the canvas.
    pub float: RwSignal<Option<Float>>,
    /// The open menu of the bar.
    pub menu: RwSignal<Option<&'static str>>,
    /// The first visit's hint is shown.
    pub is_hint_shown: RwSignal<bool>,
    /// Why the last import failed; empty if it did not.
    pub import_problem: RwSignal<String>,
    /// The panel that tells why the run is held was closed.
    pub is_stopped_closed: RwSignal<bool>,
}

/// The tabs on the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SideTab {
    /// What is selected.
    #[default]
    Inspector,
    /// The flow as a list.
    Outline,
    /// A routine's Python, line by line.
    Lines,
    /// The selected record.
    Record,
}

/// The tabs below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum DockTab {
    /// What happened, one row a record.
    #[default]
    Log,
    /// Activations along time.
    Lanes,
    /// Records as arrows between routines.
    Sequence,
    /// What is wrong.
    Problems,
    /// Expressions with all their values.
    Watches,
    /// Where the run stops.
    Breakpoints,
    /// Jobs, queues and values.
    Jobs,
    /// Runs and branches, and what they may take.
    Runs,
}

/// What is open below the canvas on a narrow screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sheet {
    /// Only the canvas.
    #[default]
    None,
    /// The palette.
    Palette,
    /// Inspector and outline.
    Side,
    /// Log, problems, breakpoints, jobs.
    Dock,
}

/// The windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Keys and a short guide.
    Help,
    /// Theme, motion, mouse.
    Settings,
    /// A flow from a file or text.
    Import,
    /// The flow as a file or text.
    Export,
    /// A link to the flow.
    Share,
    /// A change of the run by hand.
    ByHand(Subject),
    /// The engine died. What happened.
    EngineLost(String),
}

/// What floats over the canvas.
#[derive(Clone, Debug, PartialEq)]
pub enum Float {
    /// A connection's breakpoint, by its index.
    Edge(usize),
    /// The breakpoint of a port, a routine, or of errors.
    Breakpoint(BreakpointPlace),
    /// Search for a class; a place on the screen, and the port a connection comes from.
    QuickAdd(QuickAdd),
    /// Choose the port to connect a port to.
    PickPort(Port),
    /// Commands for what is at a place on the screen.
    Menu {
        /// From the left edge of the canvas.
        x: f64,
        /// From its top.
        y: f64,
    },
    /// A new name for a routine.
    Rename(String),
}

/// Where the quick search opens and what it connects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuickAdd {
    /// From the left edge of the canvas.
    pub x: f64,
    /// From its top.
    pub y: f64,
    /// A connection comes from here.
    pub from: Option<Port>,
}

/// What the person has chosen; kept between visits.
#[derive(Clone, Copy)]
pub struct Settings {
    /// `light`, `dark` or `auto`.
    pub theme: RwSignal<String>,
    /// Counts instead of moving tokens, whatever the system asks for.
    pub is_motion_reduced: RwSignal<bool>,
    /// Dragging the empty canvas moves it instead of selecting.
    pub drag_pans: RwSignal<bool>,
    /// Keys without Ctrl or Alt act.
    pub has_single_keys: RwSignal<bool>,
    /// A factor, or 0 for no pace at all.
    pub speed: RwSignal<f64>,
    /// Nothing can be edited.
    pub is_read_only: RwSignal<bool>,
    /// The system asks for less motion.
    pub system_reduces_motion: RwSignal<bool>,
}

impl Settings {
    /// Whether tokens stand still.
    pub fn is_still(&self) -> bool {
        self.is_motion_reduced.get_untracked() || self.system_reduces_motion.get_untracked()
    }
}

/// Messages for the person.
#[derive(Clone, Copy)]
pub struct Notices {
    /// Short messages that go by themselves.
    pub toasts: RwSignal<Vec<Toast>>,
    /// What screen readers are told next.
    pub spoken: RwSignal<String>,
    /// The number of the next toast.
    pub next: StoredValue<u64>,
}

/// A short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub text: String,
    /// It tells of something that failed.
    pub is_bad: bool,
}

impl Store {
    /// A store with this flow.
    pub fn new(flow: Flow, catalogue: Catalogue) -> Self {
        let scene = Scene::build(&flow, &catalogue);
        Self {
            document: Document {
                history: StoredValue::new(History::new(flow.clone())),
                flow: RwSignal::new(Arc::new(flow)),
                undo_label: RwSignal::new(None),
                redo_label: RwSignal::new(None),
                catalogue: StoredValue::new(Arc::new(catalogue)),
                problems: RwSignal::new(Vec::new()),
                selection: RwSignal::new(Selection::default()),
            },
            canvas: CanvasState {
                scene: StoredValue::new(scene),
                viewport: RwSignal::new(Viewport::default()),
                size: RwSignal::new(Size::default()),
                lod: RwSignal::new(Lod::default()),
                node_ids: RwSignal::new(Vec::new()),
                node_rows: StoredValue::new(BTreeMap::new()),
                dots: RwSignal::new(Vec::new()),
                connecting: RwSignal::new(None),
                snap: RwSignal::new(None),
                draft_end: StoredValue::new(crate::flow::model::Point::default()),
                space: StoredValue::new((false, false)),
                marquee: RwSignal::new(None),
                focusable: RwSignal::new(None),
                cursor: RwSignal::new(""),
                hovered_edge: RwSignal::new(None),
                theme_revision: StoredValue::new(0),
                is_stale: StoredValue::new(true),
            },
            run: Run {
                engine: RwSignal::new(EngineStatus::default()),
                state: RwSignal::new(RunState::default()),
                moment: RwSignal::new(None),
                breakpoints: RwSignal::new(Vec::new()),
                holds_one_job: RwSignal::new(false),
                time: RwSignal::new(0),
                steps: RwSignal::new((0, 0)),
                log_length: RwSignal::new(0),
                at: RwSignal::new((0, 0)),
                record: RwSignal::new(None),
                pulse: RwSignal::new(0),
                job_ids: RwSignal::new(Arc::default()),
                job_filter: RwSignal::new(JobFilter::default()),
                family: RwSignal::new(None),
                lit: RwSignal::new(Lit::default()),
                mirror: StoredValue::new(RunMirror::default()),
            },
            panels: Panels {
                is_right_wide: RwSignal::new(false),
                left: RwSignal::new(true),
                right: RwSignal::new(true),
                side: RwSignal::new(SideTab::default()),
                dock: RwSignal::new(DockTab::default()),
                is_dock_folded: RwSignal::new(false),
                sheet: RwSignal::new(Sheet::default()),
                dialog: RwSignal::new(None),
                float: RwSignal::new(None),
                menu: RwSignal::new(None),
                is_hint_shown: RwSignal::new(false),
                import_problem: RwSignal::new(String::new()),
                is_stopped_closed: RwSignal::new(false),
            },
            settings: Settings {
                theme: RwSignal::new("auto".into()),
                is_motion_reduced: RwSignal::new(false),
                drag_pans: RwSignal::new(false),
                has_single_keys: RwSignal::new(true),
                speed: RwSignal::new(2.0),
                is_read_only: RwSignal::new(false),
                system_reduces_motion: RwSignal::new(false),
            },
            notices: Notices {
                toasts: RwSignal::new(Vec::new()),
                spoken: RwSignal::new(String::new()),
                next: StoredValue::new(0),
            },
            inside: Inside::default(),
            later: Later::default(),
            keeping: StoredValue::new(None),
            is_guest: StoredValue::new(false),
            start_viewport: StoredValue::new(None),
            engine: StoredValue::new_local(Engine::default()),
            frames: StoredValue::new_local(None),
        }
    }

    /// The flow as it is, without subscribing to it.
    pub fn flow_now(&self) -> Arc<Flow> {
        self.document.flow.get_untracked()
    }

    /// The catalogue.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.document.catalogue.get_value()
    }

    /// Asks for a frame: something on the canvas changed.
    pub fn repaint(&self) {
        self.frames.try_with_value(|frames| frames.as_ref().map(FrameLoop::request));
    }

    /// Asks for a frame that also looks up what is near again.
    pub fn refresh(&self) {
        self.canvas.is_stale.try_set_value(true);
        self.repaint();
    }
}

/// The store of the page.
pub fn use_store() -> Store {
    expect_context::<Store>()
}
