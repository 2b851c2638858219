//! Which jobs were touched since somebody asked: who watches many jobs looks only at those.

/// Positions of jobs, each once.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// One bit for each job.
    seen: Vec<u64>,
    list: Vec<u32>,
}

impl Touched {
    /// Notes a job.
    #[inline]
    pub fn add(&mut self, job: u32) {
        if self.list.last() != Some(&job) {
            self.look_up(job);
        }
    }

    fn look_up(&mut self, job: u32) {
        let (word, bit) = ((job / 64) as usize, 1 << (job % 64));
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        if self.seen[word] & bit == 0 {
            self.seen[word] |= bit;
            self.list.push(job);
        }
    }

    /// All that were noted since the last time.
    pub fn take(&mut self) -> Vec<u32> {
        for job in &self.list {
            self.seen[(job / 64) as usize] = 0;
        }
        std::mem::take(&mut self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_job_is_told_once_and_again_after_it_was_taken() {
        let mut touched = Touched::default();
        for job in [3, 200, 3, 64, 200] {
            touched.add(job);
        }
        assert_eq!(touched.take(), [3, 200, 64]);
        assert!(touched.take().is_empty());
        touched.add(64);
        assert_eq!(touched.take(), [64]);
    }
}
