//! Reading what was saved, part by part, with the place of whatever is wrong.

use std::fmt;
use std::sync::Arc;

use crate::flow::document::node::Path;
use crate::flow::value::{Map, Value};

/// Counters beyond this were not made by counting.
const MOST: u64 = 1 << 53;

/// Why something saved is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where, such as `state.jobs[0].tasks[3].routine`.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// A part of what was saved, and where it is.
#[derive(Clone, Copy)]
pub struct Part<'p, 'v> {
    path: Path<'p>,
    value: &'v Value,
}

impl<'v> Part<'_, 'v> {
    /// All of it.
    pub fn root(value: &'v Value) -> Self {
        Self { path: Path::Root, value }
    }

    /// A refusal of this part.
    pub fn refuse(&self, message: impl Into<String>) -> Refusal {
        Refusal { path: self.path.to_string(), message: message.into() }
    }

    fn wrong(&self, wanted: &str) -> Refusal {
        self.refuse(format!("this must be {wanted}, not {}", self.value.kind()))
    }

    /// The value as it is.
    pub fn value(&self) -> &'v Value {
        self.value
    }

    /// An entry of a map.
    ///
    /// # Errors
    /// This is no map, or has no such key.
    pub fn key<'s>(&'s self, key: &'s str) -> Result<Part<'s, 'v>, Refusal> {
        match self.map()?.get(key) {
            Some(value) => Ok(Part { path: Path::Key(&self.path, key), value }),
            None => Err(self.refuse(format!("the key `{key}` is missing"))),
        }
    }

    /// The map.
    ///
    /// # Errors
    /// This is none.
    pub fn map(&self) -> Result<&'v Map, Refusal> {
        self.value.as_map().ok_or_else(|| self.wrong("a map"))
    }

    /// The map, shared.
    ///
    /// # Errors
    /// This is none.
    pub fn shared_map(&self) -> Result<Arc<Map>, Refusal> {
        match self.value {
            Value::Map(map) => Ok(map.clone()),
            _ => Err(self.wrong("a map")),
        }
    }

    /// The items of a list.
    ///
    /// # Errors
    /// This is none.
    pub fn items(&self) -> Result<impl ExactSizeIterator<Item = Part<'_, 'v>>, Refusal> {
        let items = self.value.as_list().ok_or_else(|| self.wrong("a list"))?;
        Ok(items.iter().enumerate().map(|(index, value)| Part { path: Path::Index(&self.path, index), value }))
    }

    /// Exactly so many items of a list.
    ///
    /// # Errors
    /// This is no list, or has more or fewer.
    pub fn exactly<const N: usize>(&self) -> Result<[Part<'_, 'v>; N], Refusal> {
        let items: Vec<_> = self.items()?.collect();
        items.try_into().map_err(|items: Vec<_>| self.refuse(format!("this must have {N} items, not {}", items.len())))
    }

    /// What stands for nothing as null.
    pub fn given(&self) -> Option<Self>
    where
        Self: Copy,
    {
        (*self.value != Value::Null).then_some(*self)
    }

    /// Text.
    ///
    /// # Errors
    /// This is none.
    pub fn text(&self) -> Result<&'v Arc<str>, Refusal> {
        match self.value {
            Value::Str(text) => Ok(text),
            _ => Err(self.wrong("text")),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// This is neither.
    pub fn flag(&self) -> Result<bool, Refusal> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// An integer of any sign.
    ///
    /// # Errors
    /// This is none, or too large.
    pub fn integer(&self) -> Result<i64, Refusal> {
        self.value.as_int().ok_or_else(|| self.wrong("an integer of 64 bits"))
    }

    /// Virtual microseconds: an integer from 0.
    ///
    /// # Errors
    /// This is none.
    pub fn us(&self) -> Result<u64, Refusal> {
        match self.value {
            Value::Int(number) => u64::try_from(*number).ok(),
            Value::BigInt(digits) => digits.parse().ok(),
            _ => return Err(self.wrong("an integer")),
        }
        .ok_or_else(|| self.refuse("this must be an integer from 0 to 18446744073709551615"))
    }

    /// A counter: an integer from 0 that can still be counted up.
    ///
    /// # Errors
    /// This is none.
    pub fn count(&self) -> Result<u64, Refusal> {
        self.below(MOST)
    }

    /// An integer from 0, below a limit.
    ///
    /// # Errors
    /// This is none.
    pub fn below(&self, limit: u64) -> Result<u64, Refusal> {
        let number = self.us()?;
        if number < limit {
            Ok(number)
        } else {
            Err(self.refuse(format!("{number} is too large: it must be below {limit}")))
        }
    }

    /// A small counter: an integer from 0 that can still be counted up.
    ///
    /// # Errors
    /// This is none.
    pub fn small(&self) -> Result<u32, Refusal> {
        self.below(1 << 31).map(|number| number as u32)
    }

    /// A virtual instant that is not after another one.
    ///
    /// # Errors
    /// This is none.
    pub fn us_until(&self, now_us: u64) -> Result<u64, Refusal> {
        let us = self.us()?;
        if us <= now_us { Ok(us) } else { Err(self.refuse(format!("{us} is after now, which is {now_us}"))) }
    }

    /// One of some words.
    ///
    /// # Errors
    /// This is no text, or none of them.
    pub fn choice<T: Copy>(&self, choices: &[T], name: fn(T) -> &'static str) -> Result<T, Refusal> {
        let word = self.text()?;
        choices.iter().copied().find(|choice| name(*choice) == &**word).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|choice| name(*choice)).collect();
            self.refuse(format!("`{word}` is none of {}", names.join(", ")))
        })
    }
}
