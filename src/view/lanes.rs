//! Lanes of activations along time, or along the order of records: one lane for each routine in each job.

use std::collections::BTreeMap;

use crate::protocol::timeline::{LANE_BUCKETS, LanePage, Span};

use super::format::{self, counted, time_text};

/// Height of one track of a lane.
pub const TRACK_PX: f64 = 20.0;
/// Space between lanes.
pub const LANE_GAP_PX: f64 = 4.0;
/// Activations that overlap lie below each other, in at most so many tracks.
const MOST_TRACKS: usize = 4;

/// A part of the axis: from, until. Virtual microseconds, or numbers of records.
pub type Range = (u64, u64);

/// One lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// The routine.
    pub routine: String,
    /// The job.
    pub job: String,
    /// How many tracks it has.
    pub tracks: usize,
    /// Where it begins.
    pub top_px: f64,
    /// Its bars, as positions in [`Picture::bars`], by their start.
    pub bars: Vec<usize>,
    /// If there are too many for bars: how many start in each part.
    pub density: Vec<u32>,
}

impl Lane {
    /// How high it is.
    pub fn height_px(&self) -> f64 {
        self.tracks as f64 * TRACK_PX
    }

    /// The outline of its density in a box of [`LANE_BUCKETS`] by 100.
    pub fn density_path(&self) -> String {
        let most = self.density.iter().copied().max().unwrap_or_default().max(1);
        let mut path = String::from("M0 100");
        for (index, count) in self.density.iter().enumerate() {
            let y = 100.0 - f64::from(*count) / f64::from(most) * 92.0;
            path.push_str(&format!("L{index} {y:.0}L{} {y:.0}", index + 1));
        }
        path.push_str(&format!("L{LANE_BUCKETS} 100z"));
        path
    }
}

/// One activation, drawn as a bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its lane, as a position.
    pub lane: usize,
    /// Its track there.
    pub track: usize,
    /// Where it waited for a worker from on: a share of the width. Equal to `start` if it did not wait.
    pub ready: f64,
    /// Where it starts.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
    /// What it is.
    pub span: Span,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Picture {
    /// The lanes, from the top.
    pub lanes: Vec<Lane>,
    /// The bars, by their start.
    pub bars: Vec<Bar>,
    /// How high it is.
    pub height_px: f64,
}

/// Where on the axis something is, as a share of the range; outside of 0 to 1 if it is not in it.
pub fn share(at: u64, (from, until): Range) -> f64 {
    (at as f64 - from as f64) / (until.saturating_sub(from)).max(1) as f64
}

/// Lays out what the engine told. Routines come in the given order, in each the jobs by their number.
pub fn picture(page: &LanePage, range: Range, by_seq: bool, routines: &[String], jobs: &[String]) -> Picture {
    let place = |routine: &str, job: &str| {
        let place_of = |list: &[String], name: &str| list.iter().position(|other| other == name).unwrap_or(list.len());
        (place_of(routines, routine), place_of(jobs, job), routine.to_owned(), job.to_owned())
    };
    let mut by_place: BTreeMap<_, (Vec<&Span>, Vec<u32>)> = BTreeMap::new();
    for span in &page.spans {
        by_place.entry(place(&span.routine, &span.job)).or_default().0.push(span);
    }
    for density in &page.density {
        by_place.entry(place(&density.routine, &density.job)).or_default().1.clone_from(&density.counts);
    }
    let mut picture = Picture::default();
    for ((_, _, routine, job), (spans, density)) in by_place {
        let lane = picture.lanes.len();
        let mut ends: Vec<f64> = Vec::new();
        let mut bars = Vec::new();
        for span in spans {
            let (ready, start, end) = extent(span, range, by_seq);
            let free = ends.iter().position(|last| *last <= ready + 1e-9);
            let track = match free {
                Some(track) => track,
                None if ends.len() < MOST_TRACKS => ends.len(),
                None => MOST_TRACKS - 1,
            };
            match ends.get_mut(track) {
                Some(last) => *last = last.max(end),
                None => ends.push(end),
            }
            bars.push(picture.bars.len());
            picture.bars.push(Bar { lane, track, ready, start, end, span: span.clone() });
        }
        let tracks = ends.len().max(1);
        let top_px = picture.height_px;
        picture.height_px += tracks as f64 * TRACK_PX + LANE_GAP_PX;
        picture.lanes.push(Lane { routine, job, tracks, top_px, bars, density });
    }
    picture
}

fn extent(span: &Span, range: Range, by_seq: bool) -> (f64, f64, f64) {
    if by_seq {
        let start = share(span.seqs.0, range);
        // A record takes one place on the axis.
        let end = span.seqs.1.map_or(1.0, |seq| share(seq + 1, range));
        return (start, start, end);
    }
    let start = share(span.start, range);
    (share(span.ready, range), start, span.end.map_or(1.0, |end| share(end, range)))
}

/// An activation in one sentence.
pub fn span_text(span: &Span, job_number: Option<usize>) -> String {
    let job = job_number.map_or_else(|| span.job.clone(), |number| format!("job {number}"));
    let attempt = if span.attempt > 1 { format!(", attempt {}", span.attempt) } else { String::new() };
    let took = match span.end {
        Some(end) => format!(", took {}", time_text(end.saturating_sub(span.start))),
        None => String::new(),
    };
    let waited = match span.start.saturating_sub(span.ready) {
        0 => String::new(),
        waited => format!(", waited {} for a worker", time_text(waited)),
    };
    let worker = span.worker.map(|worker| format!(", worker-{}", worker + 1)).unwrap_or_default();
    format!(
        "{} in {job}, activation {}{attempt}: starts at {}{took}{waited}{worker}, {}",
        span.routine,
        span.activation,
        time_text(span.start),
        super::run_view::Status::parse(&span.status).text(),
    )
}

/// What a lane says that shows only how full it is.
pub fn density_text(lane: &Lane) -> String {
    let count: u32 = lane.density.iter().sum();
    format!("{} in {}: {}", lane.routine, lane.job, counted(count as usize, "activation"))
}

/// The label of a place on the axis.
pub fn axis_text(at: u64, by_seq: bool) -> String {
    if by_seq { format!("#{}", super::timeline::grouped(at)) } else { format::time_text(at) }
}

/// Places on the axis that get a label: round numbers, about one in each fifth of the range.
pub fn ticks((from, until): Range) -> Vec<u64> {
    let width = until.saturating_sub(from);
    if width == 0 {
        return vec![from];
    }
    let mut step = 1_u64;
    // 1, 2, 5, 10, 20, 50 …
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if width / step <= 6 {
            break;
        }
        step = (step as f64 * factor).round() as u64;
    }
    (from.div_ceil(step)..=until / step).map(|number| number * step).collect()
}

/// A range zoomed around one of its points, given as a share of it. All of the run is (0, `end`).
pub fn zoomed((from, until): Range, end: u64, factor: f64, around: f64) -> Range {
    let width = until.saturating_sub(from).max(1) as f64;
    let new_width = (width / factor).clamp(4.0_f64.min(end as f64), end.max(1) as f64);
    let middle = from as f64 + width * around.clamp(0.0, 1.0);
    shifted_to(middle - new_width * around.clamp(0.0, 1.0), new_width, end)
}

/// A range moved by a share of its width.
pub fn panned((from, until): Range, end: u64, by: f64) -> Range {
    let width = until.saturating_sub(from) as f64;
    shifted_to(from as f64 + width * by, width, end)
}

fn shifted_to(from: f64, width: f64, end: u64) -> Range {
    let from = from.clamp(0.0, (end as f64 - width).max(0.0));
    (from.round() as u64, ((from + width).round() as u64).min(end))
}

/// Where an arrow key goes from a bar: along its lane, or to the nearest bar of the next lane that has one.
pub fn neighbour(picture: &Picture, from: Option<usize>, key: &str) -> Option<usize> {
    let Some(bar) = from.and_then(|index| picture.bars.get(index)) else {
        return (!picture.bars.is_empty()).then_some(0);
    };
    let lane = picture.lanes.get(bar.lane)?;
    let at = lane.bars.iter().position(|index| Some(*index) == from)?;
    match key {
        "ArrowLeft" => lane.bars.get(at.checked_sub(1)?).copied(),
        "ArrowRight" => lane.bars.get(at + 1).copied(),
        "ArrowUp" => picture.lanes[..bar.lane].iter().rev().find_map(|lane| nearest(picture, lane, bar.start)),
        "ArrowDown" => picture.lanes[bar.lane + 1..].iter().find_map(|lane| nearest(picture, lane, bar.start)),
        _ => None,
    }
}

fn nearest(picture: &Picture, lane: &Lane, start: f64) -> Option<usize> {
    let distance = |index: &usize| (picture.bars[*index].start - start).abs();
    lane.bars.iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::timeline::Density;

    fn span(routine: &str, ready: u64, start: u64, end: u64) -> Span {
        Span {
            routine: routine.into(),
            job: "job-1".into(),
            activation: 1,
            attempt: 1,
            ready,
            start,
            end: Some(end),
            worker: Some(0),
            status: "completed".into(),
            seqs: (start, Some(end)),
        }
    }

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn lanes_come_in_the_order_of_the_flow_and_overlaps_in_tracks() {
        let page = LanePage {
            spans: vec![span("b", 0, 10, 50), span("b", 0, 20, 60), span("a", 0, 0, 100), span("b", 70, 70, 80)],
            ..LanePage::default()
        };
        let picture = picture(&page, (0, 100), false, &names(&["a", "b"]), &names(&["job-1"]));
        let lanes: Vec<_> = picture.lanes.iter().map(|lane| (lane.routine.as_str(), lane.tracks)).collect();
        assert_eq!(lanes, [("a", 1), ("b", 2)]);
        let tracks: Vec<_> = picture.bars.iter().map(|bar| bar.track).collect();
        assert_eq!(tracks, [0, 0, 1, 0]);
        assert_eq!((picture.bars[1].ready, picture.bars[1].start, picture.bars[1].end), (0.0, 0.1, 0.5));
        assert_eq!(picture.height_px, 3.0 * TRACK_PX + 2.0 * LANE_GAP_PX);
    }

    #[test]
    fn too_many_activations_show_how_full_each_part_is() {
        let mut counts = vec![0; LANE_BUCKETS];
        counts[1] = 4;
        let density = Density { routine: "a".into(), job: "job-1".into(), counts };
        let page = LanePage { density: vec![density], ..LanePage::default() };
        let picture = picture(&page, (0, 100), true, &names(&["a"]), &names(&["job-1"]));
        assert!(picture.lanes[0].density_path().contains("L1 8L2 8"));
        assert_eq!(density_text(&picture.lanes[0]), "a in job-1: 4 activations");
    }

    #[test]
    fn an_activation_says_what_it_took() {
        let mut one = span("a", 0, 1_000, 3_000);
        one.worker = Some(1);
        assert_eq!(
            span_text(&one, Some(2)),
            "a in job 2, activation 1: starts at 1 ms, took 2 ms, waited 1 ms for a worker, worker-2, completed"
        );
    }

    #[test]
    fn zoom_and_pan_stay_within_the_run() {
        assert_eq!(zoomed((0, 100), 100, 2.0, 0.5), (25, 75));
        assert_eq!(zoomed((25, 75), 100, 0.1, 0.5), (0, 100));
        assert_eq!(zoomed((0, 100), 100, 1e9, 0.0), (0, 4));
        assert_eq!(panned((25, 75), 100, 0.5), (50, 100));
        assert_eq!(panned((25, 75), 100, -5.0), (0, 50));
        assert_eq!(zoomed((0, 0), 0, 2.0, 0.5), (0, 0));
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks((0, 100)), [0, 20, 40, 60, 80, 100]);
        assert_eq!(ticks((3, 5)), [3, 4, 5]);
        for range in [(0, 1_000_000), (999, 1_234_567_890), (7, 8), (0, 0)] {
            assert!((1..=8).contains(&ticks(range).len()), "{range:?}: {:?}", ticks(range));
        }
    }

    #[test]
    fn arrow_keys_go_along_a_lane_and_to_the_next() {
        let page = LanePage {
            spans: vec![span("a", 0, 0, 10), span("a", 50, 50, 60), span("b", 55, 55, 70)],
            ..LanePage::default()
        };
        let picture = picture(&page, (0, 100), false, &names(&["a", "b"]), &names(&["job-1"]));
        assert_eq!(neighbour(&picture, None, "ArrowRight"), Some(0));
        assert_eq!(neighbour(&picture, Some(0), "ArrowRight"), Some(1));
        assert_eq!(neighbour(&picture, Some(0), "ArrowLeft"), None);
        assert_eq!(neighbour(&picture, Some(0), "ArrowDown"), Some(2));
        assert_eq!(neighbour(&picture, Some(2), "ArrowUp"), Some(1));
        assert_eq!(neighbour(&picture, Some(2), "ArrowDown"), None);
    }
}
