//! Links that carry a flow in their fragment.

/// What the fragment of a link with uncompressed JSON starts with.
const JSON_PREFIX: &str = "json.";
/// The most bytes of JSON that a link may carry.
const LINK_BYTES_MAX: usize = 1 << 20;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The fragment of a link that carries this JSON text.
pub fn fragment(json: &str) -> String {
    format!("{JSON_PREFIX}{}", encode(json.as_bytes()))
}

/// The JSON text that a fragment carries; nothing if it is a fragment of another kind.
pub fn read_fragment(fragment: &str) -> Option<Result<String, String>> {
    let digits = fragment.strip_prefix(JSON_PREFIX)?;
    if digits.len() / 4 * 3 > LINK_BYTES_MAX {
        return Some(Err("the link is too long".into()));
    }
    let bytes = decode(digits).ok_or_else(|| "the link was cut or changed on its way".to_string());
    Some(bytes.and_then(|bytes| String::from_utf8(bytes).map_err(|err| err.to_string())))
}

/// Bytes in base64url, without padding.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0_u32, |group, (index, &byte)| group | u32::from(byte) << (16 - 8 * index));
        for index in 0..=chunk.len() {
            text.push(char::from(DIGITS[(group >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for chunk in digits.chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut group = 0_u32;
        for (index, &digit) in chunk.iter().enumerate() {
            group |= value_of(digit)? << (18 - 6 * index);
        }
        bytes.extend_from_slice(&group.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

fn value_of(digit: u8) -> Option<u32> {
    // Links that were made with the other alphabet of base64 are read too.
    let digit = match digit {
        b'+' => b'-',
        b'/' => b'_',
        digit => digit,
    };
    DIGITS.iter().position(|&other| other == digit).and_then(|value| u32::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_gives_back_what_it_carries() {
        for text in ["", "{", "{}", "{\"a\":1}", "grün → blau", "{\"list\":[1,2,3],\"text\":\"ÿ\"}"] {
            assert_eq!(read_fragment(&fragment(text)), Some(Ok(text.to_string())), "{text}");
        }
    }

    #[test]
    fn a_damaged_link_is_refused() {
        assert!(matches!(read_fragment("json.a"), Some(Err(_))));
        assert!(matches!(read_fragment("json.a*bc"), Some(Err(_))));
        assert_eq!(read_fragment("ex.pipeline"), None);
    }
}
