//! The condition on a breakpoint's hits: `>= 5`, `== 3`, `% 10`.

/// Which hits of a breakpoint count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitCondition {
    /// From this one: `>= 5`.
    AtLeast(u64),
    /// After this one: `> 5`.
    Above(u64),
    /// Up to this one: `<= 5`.
    AtMost(u64),
    /// Before this one: `< 5`.
    Below(u64),
    /// This one: `== 3`, or just `3`.
    Exactly(u64),
    /// Every one that this number divides: `% 10`.
    Every(u64),
}

impl HitCondition {
    /// Reads a condition; none if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // A sign that begins with another sign comes before it.
        let signs = [">=", "<=", "==", ">", "<", "%"];
        let found = signs.into_iter().find_map(|sign| Some((sign, text.strip_prefix(sign)?.trim_start())));
        let (sign, digits) = found.unwrap_or(("==", text));
        // Parsing alone would take a sign of its own, as in `+3`.
        let number = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        match sign {
            ">=" => Some(Self::AtLeast(number)),
            "<=" => Some(Self::AtMost(number)),
            ">" => Some(Self::Above(number)),
            "<" => Some(Self::Below(number)),
            "%" => (number > 0).then_some(Self::Every(number)),
            _ => Some(Self::Exactly(number)),
        }
    }

    /// Whether the hit with this number counts; the first has the number 1.
    pub fn holds(self, hit: u64) -> bool {
        match self {
            Self::AtLeast(number) => hit >= number,
            Self::Above(number) => hit > number,
            Self::AtMost(number) => hit <= number,
            Self::Below(number) => hit < number,
            Self::Exactly(number) => hit == number,
            Self::Every(number) => hit.checked_rem(number) == Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms() {
        let hits = |text| {
            let condition = HitCondition::parse(text).unwrap();
            (1..=6).filter(|hit| condition.holds(*hit)).collect::<Vec<u64>>()
        };
        assert_eq!(hits(">= 5"), [5, 6]);
        assert_eq!(hits(">5"), [6]);
        assert_eq!(hits("<= 2"), [1, 2]);
        assert_eq!(hits("< 2"), [1]);
        assert_eq!(hits("== 3"), [3]);
        assert_eq!(hits(" 3 "), [3]);
        assert_eq!(hits("% 3"), [3, 6]);
        for bad in ["", ">=", "three", "% 0", "= 3", "> -1", "+3", "3 4", "99999999999999999999"] {
            assert_eq!(HitCondition::parse(bad), None, "{bad}");
        }
    }
}
