//! A first-in-first-out queue whose copies share what both still have to take: a checkpoint of a job copies its tasks.

use std::collections::VecDeque;
use std::ops::Index;
use std::rc::Rc;

/// Items in one piece: as many as make it small enough for what an allocator is quick with.
const PIECE: usize = 16;

/// A queue. A copy costs a sixteenth of what it holds; taking and adding cost what they cost in a [`VecDeque`].
#[derive(Clone, Debug)]
pub struct Fifo<T> {
    /// What comes first. It is empty only if all is.
    front: VecDeque<T>,
    /// What follows, in full pieces.
    pieces: VecDeque<Rc<Vec<T>>>,
    /// What came last: never a full piece.
    back: Vec<T>,
}

impl<T> Default for Fifo<T> {
    fn default() -> Self {
        Self { front: VecDeque::new(), pieces: VecDeque::new(), back: Vec::new() }
    }
}

impl<T: Clone> Fifo<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.front.len() + self.pieces.len() * PIECE + self.back.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.front.is_empty()
    }

    /// The first.
    pub fn front(&self) -> Option<&T> {
        self.front.front()
    }

    /// The first, to be changed.
    pub fn front_mut(&mut self) -> Option<&mut T> {
        self.front.front_mut()
    }

    /// Takes the first.
    #[inline]
    pub fn pop_front(&mut self) -> Option<T> {
        let item = self.front.pop_front();
        if self.front.is_empty() {
            self.refill();
        }
        item
    }

    fn refill(&mut self) {
        if let Some(piece) = self.pieces.pop_front() {
            match Rc::try_unwrap(piece) {
                Ok(items) => self.front = items.into(),
                // The room is still there.
                Err(shared) => self.front.extend(shared.iter().cloned()),
            }
        } else if !self.back.is_empty() {
            self.front = std::mem::take(&mut self.back).into();
        }
    }

    /// Adds one at the end.
    #[inline]
    pub fn push_back(&mut self, item: T) {
        if self.back.is_empty() && self.pieces.is_empty() && self.front.len() < PIECE {
            self.front.push_back(item);
        } else {
            self.push_behind(item);
        }
    }

    fn push_behind(&mut self, item: T) {
        if self.back.is_empty() {
            self.back.reserve_exact(PIECE);
        }
        self.back.push(item);
        if self.back.len() == PIECE {
            self.pieces.push_back(Rc::new(std::mem::take(&mut self.back)));
        }
    }

    /// Adds one at the beginning.
    pub fn push_front(&mut self, item: T) {
        self.front.push_front(item);
    }

    /// The one at a position.
    pub fn get(&self, position: usize) -> Option<&T> {
        let Some(behind) = position.checked_sub(self.front.len()) else { return self.front.get(position) };
        match self.pieces.get(behind / PIECE) {
            Some(piece) => piece.get(behind % PIECE),
            None => self.back.get(behind - self.pieces.len() * PIECE),
        }
    }

    /// All of them, first one first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        (0..self.len()).map(|position| &self[position])
    }

    /// Everything as one list, for changes by hand.
    pub fn as_one(&mut self) -> &mut VecDeque<T> {
        for piece in std::mem::take(&mut self.pieces) {
            self.front.extend(Rc::unwrap_or_clone(piece));
        }
        self.front.append(&mut std::mem::take(&mut self.back).into());
        &mut self.front
    }

    /// What is shared with copies, in pieces with their addresses.
    pub fn pieces(&self) -> impl Iterator<Item = (usize, &[T])> {
        self.pieces.iter().map(|piece| (Rc::as_ptr(piece) as usize, piece.as_slice()))
    }

    /// What is not.
    pub fn own(&self) -> impl Iterator<Item = &T> {
        self.front.iter().chain(&self.back)
    }
}

impl<T: Clone> Index<usize> for Fifo<T> {
    type Output = T;

    /// Panics beyond the end, as a list does.
    fn index(&self, position: usize) -> &T {
        let Some(behind) = position.checked_sub(self.front.len()) else { return &self.front[position] };
        match self.pieces.get(behind / PIECE) {
            Some(piece) => &piece[behind % PIECE],
            None => &self.back[behind - self.pieces.len() * PIECE],
        }
    }
}

impl<T: Clone> Extend<T> for Fifo<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.push_back(item));
    }
}

impl<T: Clone> FromIterator<T> for Fifo<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut fifo = Self::default();
        fifo.extend(items);
        fifo
    }
}

impl<T: Clone> IntoIterator for Fifo<T> {
    type Item = T;
    type IntoIter = std::collections::vec_deque::IntoIter<T>;

    fn into_iter(mut self) -> Self::IntoIter {
        std::mem::take(self.as_one()).into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_queue_like_any_other_and_its_copies_stay_as_they_were() {
        let (mut fifo, mut list) = (Fifo::default(), VecDeque::new());
        let mut copies: Vec<(Fifo<u64>, VecDeque<u64>)> = Vec::new();
        let mut random = 11_u64;
        for turn in 0..60_000_u64 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // It grows, shrinks to nothing and grows again.
            let grows = (turn / 2_000).is_multiple_of(2);
            match (random >> 33) % 100 {
                0 => {
                    fifo.push_front(turn);
                    list.push_front(turn);
                }
                1 if !list.is_empty() && random >> 63 == 0 => {
                    let position = (random >> 40) as usize % list.len();
                    assert_eq!(fifo.as_one().remove(position), list.remove(position));
                }
                2 => copies.push((fifo.clone(), list.clone())),
                chance if (chance < 70) == grows => {
                    fifo.push_back(turn);
                    list.push_back(turn);
                }
                _ => assert_eq!(fifo.pop_front(), list.pop_front()),
            }
            assert_eq!((fifo.len(), fifo.is_empty(), fifo.front()), (list.len(), list.is_empty(), list.front()));
            if let Some(first) = fifo.front_mut() {
                *first += 1;
                list[0] += 1;
            }
            let position = (random >> 20) as usize % (list.len() + 2);
            assert_eq!(fifo.get(position), list.get(position));
        }
        copies.push((fifo, list));
        for (fifo, list) in copies {
            assert!(fifo.iter().eq(&list), "{} and {} items", fifo.len(), list.len());
            assert_eq!(fifo.pieces().map(|(_, piece)| piece.len()).sum::<usize>() + fifo.own().count(), list.len());
            assert!(fifo.into_iter().eq(list));
        }
    }
}
