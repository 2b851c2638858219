//! Classes that change or check what items hold.

use super::*;

#[test]
fn a_mapper_follows_paths() {
    let config = r#"{"mappings": {"name": "customer.name", "first": "lines[0].price", "all": "$.lines[*].price",
        "none": "nowhere", "or": {"path": "nowhere", "default": 7}, "whole": {}, "last": "lines[-1].price"}}"#;
    let item = r#"{"customer": {"name": "Ada"}, "lines": [{"price": 1}, {"price": 2}]}"#;
    let line = run("Mapper", config, &[item])[0].clone();
    assert!(
        line.starts_with(r#"output {"mapped_data":{"name":"Ada","first":1,"all":[1,2],"or":7,"whole":{"#),
        "{line}"
    );
    assert!(line.ends_with(r#""last":2},"fields_mapped":["name","first","all","or","whole","last"]}"#), "{line}");
    assert_eq!(
        run("Mapper", r#"{"mappings": {"v": "value", "x": "y"}, "drop_missing": false}"#, &["5"]),
        [r#"output {"mapped_data":{"v":5,"x":null},"fields_mapped":["v"]}"#]
    );
    assert_eq!(
        run("Mapper", r#"{"mappings": {"b": "a"}, "keep_unmapped": true}"#, &[r#"{"a":1,"b":2,"c":3}"#]),
        [r#"output {"mapped_data":{"b":1,"a":1,"c":3},"fields_mapped":["b"]}"#]
    );
    assert!(refusal("Mapper", r#"{"mappings": {"a": "b[x"}}"#).contains("`mappings.a`: `b[x` is no path"));
    assert!(refusal("Mapper", r#"{"mappings": []}"#).contains("`mappings` must be a map"));
}

#[test]
fn a_flattener_joins_keys() {
    let item = r#"{"a": {"b": 1, "c": {}}, "l": [1, {"x": 2}]}"#;
    assert_eq!(
        run("DataFlattener", "{}", &[item, "5"]),
        [
            r#"output {"flattened_data":{"a.b":1,"a.c":{},"l":[1,{"x":2}]},"original_type":"dict","depth":2}"#,
            r#"output {"flattened_data":{"value":5},"original_type":"int","depth":0}"#,
        ]
    );
    assert_eq!(
        run("DataFlattener", r#"{"preserve_lists": false, "separator": "/"}"#, &[item]),
        [r#"output {"flattened_data":{"a/b":1,"a/c":{},"l/0":1,"l/1/x":2},"original_type":"dict","depth":3}"#]
    );
    assert!(run("DataFlattener", r#"{"max_depth": 1}"#, &[item])[0].contains(r#""a":{"b":1,"c":{}}"#));
}

#[test]
fn a_schema_tells_the_first_fault() {
    let schema = r#"{"type": "object", "required": ["id"], "properties": {
        "id": {"type": "integer", "minimum": 1}, "name": {"type": "string", "maxLength": 3},
        "tags": {"type": "array", "maxItems": 2, "items": {"enum": ["a", "b"]}},
        "either": {"anyOf": [{"type": "null"}, {"type": "number", "exclusiveMaximum": 0}]}}}"#;
    let check = |more: &str, item: &str| {
        run("SchemaValidator", &format!(r#"{{"schema": {schema}{more}}}"#), &[item])[0].clone()
    };
    let fault = |item: &str| {
        let line = check("", item);
        let start = line.find("[\"").unwrap_or_else(|| panic!("{line}")) + 2;
        line[start..start + line[start..].find("\"]").unwrap()].to_owned()
    };
    assert_eq!(
        check("", r#"{"id": "7", "x": 1}"#),
        r#"valid {"validated_data":{"id":7,"x":1},"schema_type":"jsonschema"}"#
    );
    assert_eq!(
        check("", "[]"),
        r#"invalid {"errors":["root: a list is not of type object"],"original_data":[],"schema_type":"jsonschema"}"#
    );
    assert_eq!(fault("{}"), "root: the key 'id' is missing");
    assert_eq!(fault(r#"{"id": 0}"#), "id: the number 0 is not at least 1");
    assert_eq!(fault(r#"{"id": "x"}"#), "id: text is not of type integer");
    assert_eq!(fault(r#"{"id": 1, "name": "long"}"#), "name: the text's length 4 is not at most 3");
    assert_eq!(fault(r#"{"id": 1, "tags": ["a", 1]}"#), "tags[1]: 1 is not one of the allowed values");
    assert_eq!(fault(r#"{"id": 1, "either": 0}"#), "either: it fits none of the schemas of `anyOf`");
    assert!(check("", r#"{"id": 1, "either": -1, "name": 12}"#).contains(r#""name":"12""#));
    assert!(check(r#", "strict_mode": true"#, r#"{"id": 1, "x": 1}"#).contains("the key 'x' is not expected"));
    assert!(check(r#", "coerce_types": false"#, r#"{"id": "1"}"#).starts_with("invalid"));
    assert_eq!(run("SchemaValidator", "{}", &["1"]), [r#"valid {"validated_data":1,"schema_type":"none"}"#]);
    assert!(
        refusal("SchemaValidator", r#"{"schema": {"pattern": "a"}}"#).contains("`pattern` is not one of the keywords")
    );
    assert!(
        refusal("SchemaValidator", r#"{"schema": {"type": "text"}}"#).contains("`schema.type` must be one of object")
    );
}

#[test]
fn results_are_extracted() {
    let extract = |config: &str, item: &str| run("ResultExtractor", config, &[item])[0].clone();
    let text = "\"see\\n```json\\n{\\\"a\\\": 1}\\n```\\nand\\n```python\\nx = 1\\n```\"";
    assert_eq!(
        extract("{}", text),
        r#"output {"extracted_result":{"a":1},"format":"json_code_block","metadata":{"language":"json"},"confidence":0.9,"extraction_path":["json_code_block"]}"#
    );
    assert!(
        extract(r#"{"strategy": "priority", "extractor_priority": ["code_block"]}"#, text)
            .contains(r#""extracted_result":"x = 1""#)
    );
    assert!(extract(r#"{"strategy": "all"}"#, text).contains(r#"{"json_code_block":{"a":1},"code_block":"x = 1"}"#));
    assert!(extract(r#"{"strategy": "best"}"#, text).contains("json_code_block"));
    assert!(extract("{}", r#"{"data": " [1, 2]"}"#).contains(r#""extracted_result":[1,2],"format":"json_string""#));
    assert!(
        extract("{}", r#"[{"format": "output", "content": "a"}, {"format": "output", "content": 1}]"#)
            .contains(r#""a\n1""#)
    );
    assert!(
        extract("{}", "\"plain\"")
            .contains(r#""extracted_result":"plain","format":"original","metadata":{},"confidence":0.0"#)
    );
    assert_eq!(
        extract(r#"{"return_original_on_failure": false}"#, "1"),
        "ValueError: no extractor found anything in the item"
    );
    assert!(refusal("ResultExtractor", r#"{"extractor_priority": ["x"]}"#).contains("there is no `x`"));
}

#[test]
fn texts_are_clipped_by_characters() {
    assert_eq!(
        run("TextClipper", r#"{"max_length": 3, "truncation_message": "…"}"#, &["\"äöüß\"", r#"{"text": "abc"}"#]),
        [
            r#"output {"clipped_text":"äöü…","was_clipped":true,"original_length":4}"#,
            r#"output {"clipped_text":"abc","was_clipped":false,"original_length":3}"#,
        ]
    );
    let traceback = "\"Traceback (most recent call last): x\"";
    assert!(run("TextClipper", r#"{"max_length": 3}"#, &[traceback])[0].contains(r#""was_clipped":false"#));
    assert!(run("TextClipper", r#"{"max_length": 3, "preserve_tracebacks": false}"#, &[traceback])[0].contains("true"));
}

#[test]
fn texts_are_rendered() {
    let item = r#"{"name": "a<b", "list": [1, {"x": null}], "9 k": {}}"#;
    let text = |config: &str| {
        let line = run("TextRenderer", config, &[item])[0].clone();
        let data = value(line.strip_prefix("output ").unwrap());
        data.get("rendered_text").and_then(Value::as_str).unwrap().to_owned()
    };
    assert_eq!(text(r#"{"template": "{name}: {list[0]} {nothing}!"}"#), "a<b: 1 !");
    assert_eq!(
        text("{}"),
        "<name>a&lt;b</name>\n<list>\n  <item>1</item>\n  <item>\n    <x>null</x>\n  </item>\n</list>\n<_9_k>\n</_9_k>"
    );
    assert_eq!(
        text(r#"{"tag_format": "markdown"}"#),
        "- **name**: a<b\n- **list**:\n  - 1\n  -\n    - **x**: null\n- **9 k**:"
    );
}

#[test]
fn without_python_an_expression_is_refused() {
    if cfg!(not(feature = "python")) {
        assert!(refusal("Map", r#"{"expression": "1"}"#).contains("`expression` is no Python expression: ImportError"));
        assert!(refusal("FilterExpression", "{}").contains("no Python engine"));
    }
}
