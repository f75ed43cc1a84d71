//! What a search may cost.

use std::time::{Duration, Instant};

/// So many steps are made between two looks at the time.
const STEPS: u32 = 4096;

/// Runs out after some time.
pub(in crate::detect::query) struct Clock {
    deadline: Instant,
    steps: u32,
    late: bool,
}

impl Clock {
    /// A clock that runs out after `time`.
    pub(in crate::detect::query) fn of(time: Duration) -> Self {
        Self {
            deadline: Instant::now() + time,
            steps: 0,
            late: false,
        }
    }

    /// Counts a step; tells whether there is time for it.
    pub(in crate::detect::query) fn goes_on(&mut self) -> bool {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(STEPS) && self.has_run_out() {
            self.late = true;
        }
        !self.late
    }

    /// Whether the time is over.
    pub(in crate::detect::query) fn has_run_out(&self) -> bool {
        Instant::now() > self.deadline
    }
}
