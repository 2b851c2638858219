//! The names of characters, for `\N{...}` in Python strings and for Python's `unicodedata`.
//!
//! The same interface as the crate `unicode_names2`, which knows every name and costs 350 KB of the worker's download.
//! `names.txt` has those of the alphabets and signs that people write by name: Latin, Greek, Cyrillic, punctuation, currency,
//! arrows, mathematics, technical and box drawing, dingbats, emoji. CJK ideographs are named by their number. Made from
//! CPython's `unicodedata` (Unicode 14) by `python3 make_names.py > names.txt`.

use std::fmt;

const NAMES: &str = include_str!("names.txt");

/// Ideographs whose name is this prefix and their number.
const IDEOGRAPHS: &str = "CJK UNIFIED IDEOGRAPH-";
const IDEOGRAPH_RANGES: [(u32, u32); 3] = [(0x3400, 0x4DBF), (0x4E00, 0x9FFC), (0x20000, 0x2A6DD)];

/// A character's name; it is read by displaying it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// One of the list.
    Listed(&'static str),
    /// An ideograph of this number.
    Ideograph(u32),
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(name) => out.write_str(name),
            Self::Ideograph(number) => write!(out, "{IDEOGRAPHS}{number:X}"),
        }
    }
}

/// The name of a character, if it has one here.
pub fn name(character: char) -> Option<Name> {
    let number = u32::from(character);
    if is_ideograph(number) {
        return Some(Name::Ideograph(number));
    }
    entries().find(|(listed, _)| *listed == number).map(|(_, name)| Name::Listed(name))
}

/// The character of a name, in capitals or not.
pub fn character(name: &str) -> Option<char> {
    if let Some(number) = name.get(IDEOGRAPHS.len()..).filter(|_| starts_with(name, IDEOGRAPHS)) {
        return u32::from_str_radix(number, 16).ok().filter(|number| is_ideograph(*number)).and_then(char::from_u32);
    }
    let (number, _) = entries().find(|(_, listed)| listed.eq_ignore_ascii_case(name))?;
    char::from_u32(number)
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_ideograph(number: u32) -> bool {
    IDEOGRAPH_RANGES.iter().any(|(first, last)| (*first..=*last).contains(&number))
}

/// Number and name of every listed character. A line is a name, or `@` and the number (hexadecimal) of the next line's
/// character: the others follow one another.
fn entries() -> impl Iterator<Item = (u32, &'static str)> {
    let mut next = 0;
    NAMES.lines().filter_map(move |line| {
        if let Some(number) = line.strip_prefix('@') {
            next = u32::from_str_radix(number, 16).ok()?;
            return None;
        }
        next += 1;
        Some((next - 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_characters_and_back() {
        for (text, wanted) in [
            ("GREEK SMALL LETTER ALPHA", 'α'),
            ("snowman", '☃'),
            ("EURO SIGN", '€'),
            ("CJK UNIFIED IDEOGRAPH-6F22", '漢'),
            ("PILE OF POO", '💩'),
        ] {
            assert_eq!(character(text), Some(wanted));
            assert_eq!(name(wanted).map(|name| name.to_string()), Some(text.to_ascii_uppercase()));
        }
        assert_eq!(character("NO SUCH CHARACTER"), None);
        assert_eq!(character("CJK UNIFIED IDEOGRAPH-41"), None);
        assert_eq!(name('\u{1}'), None);
    }

    #[test]
    fn listed_names_are_found_again() {
        for (number, listed) in entries().step_by(37) {
            assert_eq!(character(listed).map(u32::from), Some(number), "{listed}");
        }
    }
}
