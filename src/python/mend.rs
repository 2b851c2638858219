//! Builtins that the interpreter lacks, written in Python: put before a source that mentions them.

use super::analyse::Mentions;

/// Names, and what makes them.
const BUILTINS: [(&str, &str); 3] = [
    (
        "ascii",
        r#"def ascii(value):
    def escape(c):
        n = ord(c)
        return c if n < 128 else f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}" if n < 65536 else f"\\U{n:08x}"
    return "".join([escape(c) for c in repr(value)])
"#,
    ),
    (
        "callable",
        r#"def callable(value):
    return type(value).__name__ in ("function", "builtin_function_or_method", "type") or hasattr(value, "__call__")
"#,
    ),
    (
        BYTES,
        r#"def __flow_bytes(value):
    if isinstance(value, (int, bytes, str)):
        return bytes(value)
    numbers = list(value)
    for number in numbers:
        if not isinstance(number, int):
            raise TypeError(f"'{type(number).__name__}' object cannot be interpreted as an integer")
        if not 0 <= number < 256:
            raise ValueError("bytes must be in range(0, 256)")
    return bytes.fromhex("".join([f"{number:02x}" for number in numbers]))
"#,
    ),
];

/// What stands in for `bytes` where it is called with one argument, which here may not be an iterable.
pub const BYTES: &str = "__flow_bytes";

/// What has to come before a source that mentions these names.
pub fn before(mentions: &Mentions) -> String {
    let builtins =
        BUILTINS.iter().filter(|(name, _)| mentions.writes(name) || (*name == BYTES && mentions.writes("bytes")));
    builtins.map(|(_, source)| *source).collect()
}
