//! What a YAML scalar without quotes means: the core schema of YAML 1.2.

use std::sync::Arc;

use super::node::NodeKind;

/// The most digits of a hexadecimal or octal integer: more is no number that anybody means.
const MAX_RADIX_DIGITS: usize = 1000;

/// What a plain scalar is.
///
/// # Errors
/// A message about a number that is too long.
pub fn resolve(text: &str) -> Result<NodeKind, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ => match number(text)? {
            Some(number) => number,
            None => NodeKind::Str(text.into()),
        },
    })
}

/// What a scalar with a tag is.
///
/// # Errors
/// A message: the tag is unknown, or the text does not fit it.
pub fn tagged(text: &str, tag: &str) -> Result<NodeKind, String> {
    let resolved = resolve(text)?;
    let fits = match tag {
        "!!str" | "!" => return Ok(NodeKind::Str(text.into())),
        "!!null" => matches!(resolved, NodeKind::Null),
        "!!bool" => matches!(resolved, NodeKind::Bool(_)),
        "!!int" => matches!(resolved, NodeKind::Int(_) | NodeKind::BigInt(_)),
        "!!float" => match resolved {
            NodeKind::Int(number) => return Ok(NodeKind::Float(number as f64)),
            NodeKind::BigInt(digits) => return Ok(NodeKind::Float(digits.parse().unwrap_or(f64::NAN))),
            NodeKind::Float(_) => true,
            _ => false,
        },
        _ => return Err(format!("the tag {tag} is not known here; remove it")),
    };
    if fits { Ok(resolved) } else { Err(format!("'{text}' does not fit its tag {tag}; remove the tag")) }
}

fn number(text: &str) -> Result<Option<NodeKind>, String> {
    if let Some(digits) = text.strip_prefix("0x").filter(|digits| all_digits(digits, 16)) {
        return radix_integer(digits, 16).map(Some);
    }
    if let Some(digits) = text.strip_prefix("0o").filter(|digits| all_digits(digits, 8)) {
        return radix_integer(digits, 8).map(Some);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    Ok(match unsigned {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => Some(NodeKind::Float(f64::NEG_INFINITY)),
        ".inf" | ".Inf" | ".INF" => Some(NodeKind::Float(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned == text => Some(NodeKind::Float(f64::NAN)),
        _ if all_digits(unsigned, 10) => Some(decimal_integer(unsigned, text.starts_with('-'))),
        _ if is_float(unsigned) => Some(NodeKind::Float(text.parse().unwrap_or(f64::NAN))),
        _ => None,
    })
}

fn all_digits(text: &str, radix: u32) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_digit(radix))
}

fn decimal_integer(digits: &str, negative: bool) -> NodeKind {
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
    signed.parse().map_or_else(|_| NodeKind::BigInt(Arc::from(signed)), NodeKind::Int)
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, then `([eE][-+]?[0-9]+)?`.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| all_digits(exponent, 10))
}

fn radix_integer(digits: &str, radix: u32) -> Result<NodeKind, String> {
    let digits = digits.trim_start_matches('0');
    if digits.len() > MAX_RADIX_DIGITS {
        return Err(format!("the integer has more than {MAX_RADIX_DIGITS} digits; write it in decimal"));
    }
    // Limbs of nine decimal digits, the lowest first.
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            carry += *limb * u64::from(radix);
            *limb = carry % 1_000_000_000;
            carry /= 1_000_000_000;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let decimal: String = limbs.iter().rev().map(|limb| format!("{limb:09}")).collect();
    Ok(decimal_integer(&decimal, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema() {
        let text = |text: &str| Ok(NodeKind::Str(text.into()));
        for (source, kind) in [
            ("~", NodeKind::Null),
            ("NULL", NodeKind::Null),
            ("True", NodeKind::Bool(true)),
            ("-007", NodeKind::Int(-7)),
            ("+5", NodeKind::Int(5)),
            ("-0", NodeKind::Int(0)),
            ("0x1F", NodeKind::Int(31)),
            ("0o17", NodeKind::Int(15)),
            ("0xFFFFFFFFFFFFFFFFFF", NodeKind::BigInt("4722366482869645213695".into())),
            ("9223372036854775808", NodeKind::BigInt("9223372036854775808".into())),
            ("-9223372036854775808", NodeKind::Int(i64::MIN)),
            ("1.", NodeKind::Float(1.0)),
            (".5e1", NodeKind::Float(5.0)),
            ("-1E-2", NodeKind::Float(-0.01)),
            ("-.inf", NodeKind::Float(f64::NEG_INFINITY)),
        ] {
            assert_eq!(resolve(source), Ok(kind), "{source}");
        }
        for source in ["yes", "on", "0x", "1_000", "1e", ".", "1:30", "inf", "-.nan", "nan", "tRUE", "--1", "1.2.3"] {
            assert_eq!(resolve(source), text(source), "{source}");
        }
    }

    #[test]
    fn tags_decide_the_type() {
        assert_eq!(tagged("1", "!!str"), Ok(NodeKind::Str("1".into())));
        assert_eq!(tagged("1", "!!float"), Ok(NodeKind::Float(1.0)));
        assert!(tagged("one", "!!int").is_err());
        assert!(tagged("1", "!mine").is_err());
    }
}
