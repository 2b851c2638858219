//! Which hits of a breakpoint count: `>= 5`, `== 3`, `% 10`.

/// A condition on the number of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitCondition {
    /// This many or more.
    AtLeast(u64),
    /// More than this many.
    MoreThan(u64),
    /// This many or fewer.
    AtMost(u64),
    /// Fewer than this many.
    FewerThan(u64),
    /// Exactly this one.
    Exactly(u64),
    /// Every so many.
    Every(u64),
}

impl HitCondition {
    /// Reads `>= 5`, `> 5`, `<= 5`, `< 5`, `== 5`, `% 5`; a number alone means `== 5`.
    ///
    /// # Errors
    /// What is expected instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        type Make = fn(u64) -> HitCondition;
        let operators: [(&str, Make); 7] = [
            (">=", HitCondition::AtLeast),
            ("<=", HitCondition::AtMost),
            ("==", HitCondition::Exactly),
            (">", HitCondition::MoreThan),
            ("<", HitCondition::FewerThan),
            ("%", HitCondition::Every),
            ("", HitCondition::Exactly),
        ];
        let text = text.trim();
        for (operator, make) in operators {
            if let Some(rest) = text.strip_prefix(operator) {
                return match rest.trim().parse() {
                    Ok(0) if operator == "%" => Err("hit condition: `% 0` never counts".into()),
                    Ok(number) => Ok(make(number)),
                    Err(_) => Err(format!("hit condition: `{text}` is not like `>= 5`, `== 3` or `% 10`")),
                };
            }
        }
        Err(format!("hit condition: `{text}` is not like `>= 5`, `== 3` or `% 10`"))
    }

    /// Whether this hit counts; the first is 1.
    pub fn holds(self, count: u64) -> bool {
        match self {
            HitCondition::AtLeast(number) => count >= number,
            HitCondition::MoreThan(number) => count > number,
            HitCondition::AtMost(number) => count <= number,
            HitCondition::FewerThan(number) => count < number,
            HitCondition::Exactly(number) => count == number,
            HitCondition::Every(number) => count.is_multiple_of(number),
        }
    }
}
