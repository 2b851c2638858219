//! Dates and times of the virtual clock, in UTC.

use crate::engine::calendar::civil_date;

/// The instant of virtual time 0 as Python's `datetime.now()` sees it: 2000-01-01T00:00:00, in seconds since 1970.
pub const EPOCH_SECONDS: i64 = 946_684_800;

const DAY: i64 = 86_400;

/// An instant, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Microseconds beyond them.
    pub micros: u32,
}

impl Moment {
    /// The moment of a virtual instant, if virtual time 0 is at `start` seconds since 1970.
    pub fn new(start: i64, now_us: u64) -> Self {
        let seconds = i64::try_from(now_us / 1_000_000).unwrap_or(i64::MAX);
        Self { seconds: start.saturating_add(seconds).min(i64::MAX / 2), micros: (now_us % 1_000_000) as u32 }
    }

    /// Seconds since 1970, with their fraction.
    pub fn timestamp(self) -> f64 {
        self.seconds as f64 + f64::from(self.micros) / 1e6
    }

    /// As ISO 8601 has it, as Python's `isoformat` writes it.
    pub fn iso(self) -> String {
        self.format(if self.micros == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S.%f" })
    }

    /// With the letters of `strftime`: %Y %m %d %H %M %S %f %j %%. Other text stays.
    pub fn format(self, pattern: &str) -> String {
        let days = self.seconds.div_euclid(DAY);
        let of_day = self.seconds.rem_euclid(DAY);
        let (year, month, day) = civil_date(days);
        let mut out = String::new();
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                out.push(letter);
                continue;
            }
            match letters.next() {
                Some('Y') => out.push_str(&format!("{year:04}")),
                Some('m') => out.push_str(&format!("{month:02}")),
                Some('d') => out.push_str(&format!("{day:02}")),
                Some('H') => out.push_str(&format!("{:02}", of_day / 3600)),
                Some('M') => out.push_str(&format!("{:02}", of_day / 60 % 60)),
                Some('S') => out.push_str(&format!("{:02}", of_day % 60)),
                Some('f') => out.push_str(&format!("{:06}", self.micros)),
                Some('j') => out.push_str(&format!("{:03}", days - days_of(year, 1, 1) + 1)),
                Some('%') | None => out.push('%'),
                Some(other) => out.extend(['%', other]),
            }
        }
        out
    }
}

/// Seconds since 1970 of `2024-05-01`, `2024-05-01T12:30` or `2024-05-01 12:30:15`, with or without a `Z`.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let date = numbers(date, '-')?;
    let time = numbers(time, ':')?;
    let ([year, month, day], [hour, minute, second]) = match (date.as_slice(), time.as_slice()) {
        (&[year, month, day], &[hour, minute]) => ([year, month, day], [hour, minute, 0]),
        (&[year, month, day], &[hour, minute, second]) => ([year, month, day], [hour, minute, second]),
        _ => return None,
    };
    let is_time = hour < 24 && minute < 60 && second < 60;
    let days = (1..=9999).contains(&year).then(|| days_of(year, month, day))?;
    // A day that does not exist, such as 30 February, comes back as another one.
    (is_time && civil_date(days) == (year, month, day)).then(|| days * DAY + hour * 3600 + minute * 60 + second)
}

fn numbers(text: &str, separator: char) -> Option<Vec<i64>> {
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?;
    text.split(separator).map(number).collect()
}

/// The day, counted from 1970-01-01, of a date.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let from_march = if month > 2 { year } else { year - 1 };
    let era = from_march.div_euclid(400);
    let year_of_era = from_march.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}
