//! Changes of an input: bytes, words of the target's language, pieces of other inputs.

use super::random::Random;
use super::tree;

/// Texts that have broken readers elsewhere, whatever they read.
const NASTY: &[&str] = &[
    "\0",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{200d}",
    "\u{10ffff}",
    "\u{202e}",
    "\r",
    "\r\n",
    "\t",
    "\u{7f}",
    "0",
    "-1",
    "-0",
    "1e999",
    "-1e-999",
    "1e308",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "4294967296",
    "4294967295",
    "0.1",
    "NaN",
    ".inf",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "''",
    "[[[[[[[[[[",
    "{{{{{{{{",
    "\\u0000",
    "\\ud800",
    "\\",
    "\"",
    "'",
    ",",
    ":",
    ": ",
    "- ",
    "#",
    "\n",
    "\n\n",
    "  ",
];

/// The largest input that is made; larger ones are told apart by their length alone.
pub const MOST_BYTES: usize = (1 << 20) + 100;

/// A changed copy of an input.
pub fn mutated(random: &mut Random, input: &[u8], others: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
    // Half of the time the input stays well formed, so that what lies behind the parser is reached too.
    if random.one_in(2)
        && let Some(changed) = tree::mutated(random, input, others)
    {
        return changed;
    }
    let mut bytes = input.to_vec();
    for _ in 0..1 + random.below(6) {
        change(random, &mut bytes, others, words);
        bytes.truncate(MOST_BYTES);
    }
    bytes
}

fn change(random: &mut Random, bytes: &mut Vec<u8>, others: &[Vec<u8>], words: &[&str]) {
    let at = random.below(bytes.len() + 1);
    let length = match random.below(4) {
        0 => 1,
        1 => random.below(8),
        _ => random.below(80),
    };
    let end = (at + length).min(bytes.len());
    match random.below(12) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => bytes.insert(at, random.next() as u8),
        2 | 3 => drop(bytes.drain(at..end)),
        4 => insert(bytes, at, random.pick(NASTY).as_bytes()),
        5 | 6 if !words.is_empty() => insert(bytes, at, random.pick(words).as_bytes()),
        7 if !words.is_empty() => drop(bytes.splice(at..end, random.pick(words).bytes())),
        8 => {
            let piece = bytes[at..end].to_vec();
            let to = random.below(bytes.len() + 1);
            insert(bytes, to, &piece);
        }
        9 => {
            // Many times the same: depth, length, expansion.
            let piece = bytes[at..(at + 1 + random.below(12)).min(bytes.len())].to_vec();
            let most = if random.one_in(40) { 100_000 } else { 200 };
            let times = random.below(most).min(MOST_BYTES / piece.len().max(1));
            insert(bytes, at, &piece.repeat(times));
        }
        _ => {
            let other = random.pick(others);
            let start = random.below(other.len() + 1);
            let stop = (start + random.below(200)).min(other.len());
            insert(bytes, at, &other[start..stop]);
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    drop(bytes.splice(at..at, piece.iter().copied()));
}
