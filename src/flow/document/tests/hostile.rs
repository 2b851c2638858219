//! Documents that want to do harm.

use super::super::super::value::Value;
use super::super::{Format, MAX_TEXT, Reading, from_value, parse_value, read_bytes, read_text};
use super::{read, told};

fn code(reading: &Reading) -> &'static str {
    assert!(reading.flow().is_none());
    reading.problems()[0].code
}

/// Reads both ways. What these texts are to catch would take minutes or for ever.
fn in_both_formats(text: &str) -> Vec<Reading> {
    [Format::Json, Format::Yaml].map(|format| read_text(text, format)).into()
}

#[test]
fn large_documents_are_refused() {
    let at_most = format!("routines: {{}}\n#{}", "x".repeat(MAX_TEXT - 14));
    assert_eq!(at_most.len(), MAX_TEXT);
    assert!(read(&at_most).flow().is_some());
    assert_eq!(code(&read(&format!("{at_most}x"))), "too-large");
    assert_eq!(code(&read_bytes(&vec![0xFF; MAX_TEXT + 1], Format::Yaml)), "too-large");
}

#[test]
fn deep_documents_are_refused() {
    let nested =
        |levels: usize| format!("{{\"routines\": {{}}, \"x\": {}{}}}", "[".repeat(levels - 1), "]".repeat(levels - 1));
    for reading in in_both_formats(&nested(64)) {
        assert!(reading.flow().is_some(), "{:?}", reading.problems());
    }
    for reading in in_both_formats(&nested(65)) {
        assert_eq!(code(&reading), "too-deep");
    }
    for reading in in_both_formats(&nested(MAX_TEXT / 2 - 50)) {
        assert_eq!(code(&reading), "too-deep");
    }
    for text in ["[".repeat(MAX_TEXT), "{\"a\":".repeat(MAX_TEXT / 5), "- ".repeat(MAX_TEXT / 2), "[{".repeat(1000)] {
        for reading in in_both_formats(&text) {
            assert!(reading.flow().is_none());
        }
    }
    let block: String = (0..70).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(told(&format!("routines: {{}}\n{block}")), ["too-deep "]);
    let mut value = Value::Null;
    for _ in 0..1000 {
        value = Value::list([value]);
    }
    assert_eq!(code(&from_value(&value)), "too-deep");
}

#[test]
fn full_documents_come_to_an_end() {
    let deep =
        format!("{{\"routines\": {{}}, \"x\": {}{}{}}}", "[".repeat(62), "1,".repeat(500_000) + "1", "]".repeat(62));
    let wide = format!(
        "{{\"routines\": {{}}, \"x\": {{{}\"é\": 1}}}}",
        (0..60_000).map(|n| format!("\"{n}\": [{n}],")).collect::<String>()
    );
    for text in [deep, wide] {
        assert!(text.len() <= MAX_TEXT);
        for reading in in_both_formats(&text) {
            assert!(reading.flow().is_some(), "{:?}", reading.problems());
        }
    }
    let unknown = format!(
        "{{\"routines\": {{}}, {}\"z\": 1}}",
        (0..60_000).map(|n| format!("\"conn{n}\": 1,")).collect::<String>()
    );
    for reading in in_both_formats(&unknown) {
        assert_eq!(reading.problems().len(), 60_001);
    }
}

#[test]
fn billion_laughs_are_refused() {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..10 {
        let repeats = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{repeats}]\n");
    }
    text += "routines: {}\n";
    assert_eq!(told(&text), ["alias-expansion "]);
    let big = "x".repeat(400_000);
    let text = |times| format!("a: &a {big}\nb: [{}]\nroutines: {{}}\n", vec!["*a"; times].join(", "));
    assert!(read(&text(2)).flow().is_some());
    assert_eq!(told(&text(3)), ["alias-expansion "]);
}

#[test]
fn aliases_cannot_get_around_the_depth() {
    let mut text = String::from("a0: &a0 []\n");
    for level in 1..70 {
        text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
    }
    assert_eq!(told(&format!("{text}routines: {{}}\n")), ["too-deep "]);
}

#[test]
fn nested_anchors_cost_no_memory() {
    let open: String = (0..60).map(|level| format!("&a{level} [")).collect();
    let text = format!("routines: {{}}\nx: {open}{}{}\n", "1,".repeat(400_000), "]".repeat(60));
    assert!(read(&text).flow().is_some());
}

#[test]
fn many_routines_are_refused() {
    let text = |count: usize| {
        let routines: String = (0..count).map(|n| format!("  r{n}: {{class: Filter}}\n")).collect();
        format!("routines:\n{routines}")
    };
    assert!(read(&text(5000)).flow().is_some());
    assert_eq!(told(&text(5001)), ["too-many-routines routines"]);
}

#[test]
fn bytes_that_are_no_text() {
    let reading = read_bytes(b"routines: {}\nname: a\xFFb\n", Format::Yaml);
    assert_eq!(code(&reading), "invalid-utf8");
    let place = reading.problems()[0].place.unwrap();
    assert_eq!((place.line, place.column), (2, 8));
    assert_eq!(code(&read_bytes(b"\xFF\xFEr\0o\0", Format::Yaml)), "invalid-utf8");
    for text in ["routines: {}\nname: a\0b\n", "\0", "routines: {}\nname: \"\u{1b}\"\n", "{\"name\": \"\0\"}"] {
        for reading in in_both_formats(text) {
            assert_eq!(code(&reading), "syntax");
        }
    }
    let reading = read_bytes(b"{\"routines\": {}, \"name\": \"a\\u0000b\"}", Format::Json);
    assert_eq!(reading.flow().unwrap().name.as_deref(), Some("a\0b"));
}

#[test]
fn huge_numbers() {
    let digits = "9".repeat(100_000);
    let text = format!("{{\"routines\": {{}}, \"x\": {digits}, \"execution\": {{\"timeout\": {digits}}}}}");
    for reading in in_both_formats(&text) {
        assert_eq!(code(&reading), "not-finite");
    }
    assert_eq!(parse_value(&digits).unwrap(), Value::BigInt(digits.as_str().into()));
    assert_eq!(parse_value("1e400").unwrap_err().code, "not-finite");
    assert_eq!(parse_value("-0").unwrap(), Value::Int(0));
    assert_eq!(told(&format!("routines: {{}}\nx: 0x{}", "f".repeat(5000))), ["bad-scalar "]);
}

#[test]
fn values_are_strict_json() {
    for bad in ["", "nul", "01", "+1", "1 2", "'a'", "{\"a\":1,\"a\":2}", "[1,]", "NaN", "\"\t\""] {
        assert!(parse_value(bad).is_err(), "{bad}");
    }
    assert!(parse_value(" [1] \n").is_ok());
    let long = format!("{}\"{}\"{}", "[".repeat(128), "x".repeat(2 * MAX_TEXT), "]".repeat(128));
    assert!(parse_value(&long).is_ok());
    assert_eq!(parse_value(&"[".repeat(129)).unwrap_err().code, "syntax");
    assert_eq!(parse_value(&format!("[{}]", &long)).unwrap_err().code, "too-deep");
}

#[test]
fn json_in_a_yaml_file() {
    let key = "k".repeat(3000);
    let text = format!("{{\"routines\": {{}}, \"{key}\": \"\\ud834\\udd1e\\/\", \"a\":\t[1]}}");
    let flow = read(&text).into_flow().unwrap();
    assert_eq!(flow.extra[&*key], Value::text("𝄞/"));
    let yaml = format!("routines: {{}}\n{key}: 1\n");
    assert!(read(&yaml).flow().is_some());
}
