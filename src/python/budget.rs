//! What one activation may use of the machine: two seconds, 256 MiB, a thousand nested calls.
//!
//! Memory is what all live allocations of the process have grown by since the activation began: what the script holds
//! and what the engine keeps of its emissions. Only a process whose global allocator is [`CountingAllocator`] can tell;
//! in any other only single allocations are limited. The interpreter looks between two instructions and before each
//! large allocation. Like the time, this depends on the machine, so the engine remembers where it struck.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub use monty_alloc::LimitedAllocator as CountingAllocator;
use monty_types::{BASELINE_MEMORY, ExcType, LIVE_MEMORY, MontyException, ResourceLimits, ResourceTracker};

use crate::engine::behaviour::Failure;
use crate::engine::limits;

/// How long one activation may compute, in wall time. A debug build computes several times slower, and its tests run on
/// machines that do other things too: there only what never ends may come near it.
const WALL_TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

thread_local! {
    static WALL_TIME_HERE: Cell<Duration> = const { Cell::new(WALL_TIME) };
}

/// Gives activations that begin on this thread from now on this much wall time in place of the usual 2 s (20 s in a debug
/// build); what the failure tells stays the same. Tests of this limit need not wait, and those of another never meet it.
pub fn limit_wall_time(limit: Duration) {
    WALL_TIME_HERE.set(limit);
}

/// After so many calls of the host the clock is read: most activations make fewer, and read none.
const CALLS_BETWEEN_LOOKS: u32 = 64;

/// The wall time of an activation that asks the host again and again: the interpreter counts only its own.
#[derive(Default)]
pub struct Deadline {
    calls: u32,
    /// The interpreter's own clock, for the core has none.
    watch: Option<ResourceTracker>,
}

impl Deadline {
    /// To be asked once for each call of the host, after its turn was counted: what the call did stands then, and a
    /// replay ends at the same place.
    ///
    /// # Errors
    /// The wall time is over.
    pub fn check(&mut self) -> Result<(), Failure> {
        self.calls += 1;
        if !self.calls.is_multiple_of(CALLS_BETWEEN_LOOKS) {
            return Ok(());
        }
        let watch = self.watch.get_or_insert_with(|| {
            let watch = ResourceTracker::new(ResourceLimits::default().max_feed_duration(WALL_TIME_HERE.get()));
            watch.on_execution_start();
            watch
        });
        watch.check_time().map_err(|_over| limits::wall_time_failure())
    }
}

/// How much memory one activation may add, in bytes.
pub const MAX_MEMORY: usize = 256 << 20;

/// How much memory the whole process may use before activations get less than [`MAX_MEMORY`], in bytes. WebAssembly
/// has 4 GiB of addresses, and what does not fit ends the worker; half of them leaves room for what is in pieces.
const MAX_TOTAL: usize = if cfg!(target_pointer_width = "32") { 2 << 30 } else { usize::MAX };

/// How many calls may be nested.
const MAX_RECURSION: usize = 1000;

/// The limits of an activation that begins or goes on now, on a clock of its own.
pub fn tracker() -> ResourceTracker {
    begin();
    let left = MAX_TOTAL.saturating_sub(BASELINE_MEMORY.load(Ordering::Relaxed));
    ResourceTracker::new(
        ResourceLimits::default()
            .max_feed_duration(WALL_TIME_HERE.get())
            .max_memory(MAX_MEMORY.min(left))
            .max_recursion_depth(MAX_RECURSION),
    )
}

/// From now on memory counts.
pub fn begin() {
    BASELINE_MEMORY.store(LIVE_MEMORY.load(Ordering::Relaxed), Ordering::Relaxed);
}

/// Which limit an error tells of, if it is one that depends on the machine. The interpreter lets no script catch it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The wall time.
    Time,
    /// [`MAX_MEMORY`].
    Memory,
}

/// The limit behind an error.
pub fn limit(error: &MontyException) -> Option<Limit> {
    let begins = |text: &str| error.message().is_some_and(|message| message.starts_with(text));
    match error.exc_type() {
        ExcType::TimeoutError if begins("feed time limit exceeded") => Some(Limit::Time),
        ExcType::MemoryError if begins("memory limit exceeded") => Some(Limit::Memory),
        _ => None,
    }
}
