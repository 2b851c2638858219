//! The clock and the random numbers that a script sees: fixed by the run, never the machine's.

use crate::engine::calendar::civil_date;
use monty_types::{
    DateTimeSource, ExcType, MontyDate, MontyDateTime, MontyException, MontyObject, MontyTimeZone, OsFunctionCall,
    OsPolicy, ProcessTime, RandomSeed, RandomStart, SandboxTimeZone, SleepMode,
};

use super::program::Ambient;

/// The instant of virtual time 0: 2000-01-01T00:00:00 UTC, in seconds since the Unix epoch.
const EPOCH_SECONDS: i64 = 946_684_800;

/// How a script's clock and random numbers behave.
///
/// A clock that is read by the interpreter itself also works where it cannot stop for the host (in a `key=` function,
/// say), but it stands still; so only a script that may sleep asks the host each time.
pub fn policy(ambient: Ambient, now_us: u64, seed: u64) -> OsPolicy {
    let datetime = if ambient.clock && !ambient.sleeps {
        let (unix_seconds, microsecond) = instant(now_us);
        DateTimeSource::Fixed { unix_seconds, microsecond }
    } else {
        DateTimeSource::CallHost
    };
    let random_start = RandomStart::Seed(RandomSeed::Int(if ambient.random { seed.into() } else { 0.into() }));
    OsPolicy {
        datetime,
        timezone: SandboxTimeZone::utc(),
        sleep: SleepMode::Zero,
        process_time: ProcessTime::Zero,
        random_start,
    }
}

/// Seconds since the Unix epoch, and the microseconds beyond them.
fn instant(now_us: u64) -> (i64, u32) {
    let seconds = i64::try_from(now_us / 1_000_000).unwrap_or(i64::MAX / 2);
    (EPOCH_SECONDS + seconds, u32::try_from(now_us % 1_000_000).unwrap_or(0))
}

/// Answers what a script asks its operating system: the time, and nothing else.
pub fn answer(call: &OsFunctionCall, now_us: u64) -> Result<MontyObject, MontyException> {
    let (seconds, microsecond) = instant(now_us);
    match call {
        OsFunctionCall::Time(_) => Ok(MontyObject::float(seconds as f64 + f64::from(microsecond) / 1e6)),
        OsFunctionCall::DateToday => {
            let (year, month, day) = date_of(seconds.div_euclid(86_400));
            Ok(MontyObject::date(MontyDate { year, month, day }))
        }
        OsFunctionCall::DateTimeNow(zone) => Ok(MontyObject::datetime(datetime(seconds, microsecond, zone.as_ref()))),
        OsFunctionCall::Getenv(_) | OsFunctionCall::GetEnviron | OsFunctionCall::Urandom(_) => {
            let message = format!("'{}' is not available to a flow's logic", call.name());
            Err(MontyException::new(ExcType::PermissionError, Some(message)))
        }
        _ => Err(call.on_no_handler()),
    }
}

fn datetime(seconds: i64, microsecond: u32, zone: Option<&MontyTimeZone>) -> MontyDateTime {
    let local = seconds + zone.map_or(0, |zone| i64::from(zone.offset_seconds));
    let (year, month, day) = date_of(local.div_euclid(86_400));
    let of_day = local.rem_euclid(86_400);
    let part = |number: i64| u8::try_from(number).unwrap_or(0);
    MontyDateTime {
        year,
        month,
        day,
        hour: part(of_day / 3600),
        minute: part(of_day / 60 % 60),
        second: part(of_day % 60),
        microsecond,
        offset_seconds: zone.map(|zone| zone.offset_seconds),
        timezone_name: zone.and_then(|zone| zone.name.clone()),
    }
}

/// The date of a day counted from 1970-01-01, as the interpreter wants it.
fn date_of(days: i64) -> (i32, u8, u8) {
    let (year, month, day) = civil_date(days);
    (i32::try_from(year).unwrap_or(9999), u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
}
