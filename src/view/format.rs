//! Numbers, durations and values as short text.

pub use crate::flow::short_text::{cut, value_text};

/// How many characters a value's label on a token or a port has at most.
pub const SHORT_VALUE_CHARS: usize = 24;

/// A count in a badge: `42`, `1.2k`, `3M`.
pub fn count_text(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => tenths(count / 100, "k"),
        1_000_000..1_000_000_000 => tenths(count / 100_000, "M"),
        _ => tenths(count / 100_000_000, "G"),
    }
}

/// A count where there is little room: at most `999+`.
pub fn badge_text(count: u64) -> String {
    if count > 999 { "999+".into() } else { count.to_string() }
}

/// A rate: `0.5/s`, `240/s`, `1.2k/s`.
pub fn rate_text(per_second: f64) -> String {
    if !per_second.is_finite() || per_second <= 0.0 {
        return "0/s".into();
    }
    if per_second < 9.95 {
        return tenths((per_second * 10.0).round().max(1.0) as u64, "/s");
    }
    count_text(per_second.round() as u64) + "/s"
}

/// Virtual time: `0 µs`, `250 ms`, `1.5 s`, `2 min 5 s`. At most three digits after the point, none of them needless.
pub fn time_text(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => thousandths(microseconds, " ms"),
        1_000_000..60_000_000 => thousandths(microseconds / 1_000, " s"),
        60_000_000..3_600_000_000 => two_parts(microseconds / 1_000_000, "min", "s"),
        _ => two_parts(microseconds / 60_000_000, "h", "min"),
    }
}

/// Seconds of a document, such as a delay or a duration.
pub fn seconds_text(seconds: f64) -> String {
    if seconds.is_finite() && seconds >= 0.0 {
        time_text((seconds * 1_000_000.0).round() as u64)
    } else {
        "no time".into()
    }
}

/// `1 slot`, `2 slots`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn two_parts(small_units: u64, large: &str, small: &str) -> String {
    let (whole, rest) = (small_units / 60, small_units % 60);
    if rest == 0 { format!("{whole} {large}") } else { format!("{whole} {large} {rest} {small}") }
}

fn tenths(tenths: u64, unit: &str) -> String {
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 || whole >= 100 { format!("{whole}{unit}") } else { format!("{whole}.{rest}{unit}") }
}

fn thousandths(thousandths: u64, unit: &str) -> String {
    let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
    if rest == 0 {
        return format!("{whole}{unit}");
    }
    let digits = format!("{rest:03}");
    format!("{whole}.{}{unit}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests;
