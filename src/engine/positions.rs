//! A set of positions in which the next one is found at once, however many there are and however far apart.

/// Positions of jobs.
#[derive(Clone, Debug, Default)]
pub struct Positions {
    /// One bit for each position; above that one bit for each word that is not empty, until one word is enough.
    levels: Vec<Vec<u64>>,
}

/// The word of a bit, and the bit in it.
fn place(at: usize) -> (usize, u64) {
    (at / 64, 1 << (at % 64))
}

impl Positions {
    /// Adds one.
    pub fn insert(&mut self, position: u32) {
        let mut at = position as usize;
        let mut level = 0;
        while at > 0 || level < self.levels.len().max(1) {
            if level == self.levels.len() {
                let above = self.summary(level);
                self.levels.push(above);
            }
            let (words, (index, bit)) = (&mut self.levels[level], place(at));
            if words.len() <= index {
                words.resize(index + 1, 0);
            }
            words[index] |= bit;
            at = index;
            level += 1;
        }
    }

    /// What the words of the level below say.
    fn summary(&self, level: usize) -> Vec<u64> {
        let below =
            level.checked_sub(1).and_then(|below| self.levels.get(below)).map(Vec::as_slice).unwrap_or_default();
        let mut words = vec![0; below.len().div_ceil(64)];
        for (index, _) in below.iter().enumerate().filter(|(_, word)| **word != 0) {
            let (word, bit) = place(index);
            words[word] |= bit;
        }
        words
    }

    /// Takes one out.
    pub fn remove(&mut self, position: u32) {
        let mut at = position as usize;
        for words in &mut self.levels {
            let (index, bit) = place(at);
            let Some(word) = words.get_mut(index) else { return };
            *word &= !bit;
            if *word != 0 {
                return;
            }
            at = index;
        }
    }

    /// The first from a position on.
    #[inline]
    pub fn next_from(&self, start: u32) -> Option<u32> {
        let mut at = start as usize;
        for (level, words) in self.levels.iter().enumerate() {
            let word = words.get(at / 64).map_or(0, |word| word & (u64::MAX << (at % 64)));
            if word != 0 {
                let found = at / 64 * 64 + word.trailing_zeros() as usize;
                let down = |found: usize, words: &Vec<u64>| found * 64 + words[found].trailing_zeros() as usize;
                return Some(self.levels[..level].iter().rev().fold(found, down) as u32);
            }
            at = at / 64 + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_finds_what_an_ordered_set_finds() {
        let (mut positions, mut set) = (Positions::default(), BTreeSet::new());
        let mut random = 7_u64;
        for turn in 0..20_000_u64 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // First few and near one another, later many and far.
            let range = [3, 70, 5_000, 300_000][(turn / 5_000) as usize];
            let position = (random >> 33) as u32 % range;
            if random >> 63 == 0 {
                positions.insert(position);
                set.insert(position);
            } else {
                positions.remove(position);
                set.remove(&position);
                let next = set.first().copied();
                next.map(|next| (positions.remove(next), set.remove(&next)));
            }
            for start in [0, position, position + 1, position.saturating_sub(64), u32::MAX] {
                assert_eq!(positions.next_from(start), set.range(start..).next().copied(), "from {start} in {set:?}");
            }
        }
    }
}
