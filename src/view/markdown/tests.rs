//! What becomes of Markdown.

use super::*;

fn text(text: &str) -> Span {
    Span::Text(text.into())
}

fn only(markdown: &str) -> Vec<Span> {
    match blocks(markdown).as_slice() {
        [Block::Paragraph(spans)] => spans.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn paragraphs_headings_lists_and_code_are_blocks() {
    let found =
        blocks("# About\n\nfirst\nsecond line\n\n- one\n- two\n  goes on\n1. three\n\n```python\na = 1\n\nb\n```\nend");
    assert_eq!(
        found,
        [
            Block::Heading(vec![text("About")]),
            Block::Paragraph(vec![text("first second line")]),
            Block::List { is_numbered: false, items: vec![vec![text("one")], vec![text("two goes on")]] },
            Block::List { is_numbered: true, items: vec![vec![text("three")]] },
            Block::Code("a = 1\n\nb".into()),
            Block::Paragraph(vec![text("end")]),
        ]
    );
    assert_eq!(blocks(" \n\n"), []);
    assert_eq!(blocks("```\nopen"), [Block::Code("open".into())]);
}

#[test]
fn emphasis_code_and_links_are_spans() {
    assert_eq!(
        only("a *b* **c** `d * e` [f](https://g.example/h)."),
        [
            text("a "),
            Span::Emphasis(vec![text("b")]),
            text(" "),
            Span::Strong(vec![text("c")]),
            text(" "),
            Span::Code("d * e".into()),
            text(" "),
            Span::Link(vec![text("f")], "https://g.example/h".into()),
            text("."),
        ]
    );
    assert_eq!(only("**a *b* c**"), [Span::Strong(vec![text("a "), Span::Emphasis(vec![text("b")]), text(" c")])]);
    assert_eq!(only("``a ` b``"), [Span::Code("a ` b".into())]);
    assert_eq!(only(r"\*a\* 2 \\ 3"), [text(r"*a* 2 \ 3")]);
}

#[test]
fn what_is_no_markup_stays_as_it_is() {
    for plain in ["2 * 3 * 4", "snake_case_name", "*open", "`open", "***three***", "[x] (y)", "a ] b [ c"] {
        assert_eq!(only(plain), [text(plain)]);
    }
}

#[test]
fn html_is_text_and_links_lead_only_to_pages_and_mail() {
    let html = "<img src=x onerror=alert(1)> <b>x</b>";
    assert_eq!(only(html), [text(html)]);
    for to in ["javascript:alert(1)", " JAVASCRIPT:alert(1)", "data:text/html,x", "//evil.example", "/x", ""] {
        let link = format!("[x]({to})");
        assert!(only(&link).iter().all(|span| matches!(span, Span::Text(_))), "{link}");
    }
    assert_eq!(only("[x](MAILTO:a@b.example)"), [Span::Link(vec![text("x")], "MAILTO:a@b.example".into())]);
}

#[test]
fn any_text_is_taken_in_short_time() {
    let hostile = ["*a ", "`", "[", "_", "[a](", "**a *b ", "- ", "`` ` ", "ä*ö_"];
    for piece in hostile {
        assert!(!blocks(&piece.repeat(60_000 / piece.len())).is_empty());
        assert!(!blocks(&piece.repeat(1_000_000 / piece.len())).is_empty());
    }
}
