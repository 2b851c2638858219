//! A description as it is read: paragraphs, lists, emphasis, code and links, made of elements, never of HTML.

use leptos::prelude::*;

use crate::view::markdown::{Block, Span, blocks};

/// The blocks of a text in Markdown.
pub fn prose(text: &str) -> AnyView {
    view! { <div class="fx-prose">{blocks(text).into_iter().map(block).collect_view()}</div> }.into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(spans) => view! { <p>{inline(spans)}</p> }.into_any(),
        // The headings of the page's own outline go on: what stands in a description is only strong.
        Block::Heading(spans) => view! { <p><strong>{inline(spans)}</strong></p> }.into_any(),
        Block::Code(text) => view! { <pre tabindex="0"><code>{text}</code></pre> }.into_any(),
        Block::List { is_numbered, items } => {
            let items = items.into_iter().map(|item| view! { <li>{inline(item)}</li> }).collect_view();
            if is_numbered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
    }
}

fn inline(spans: Vec<Span>) -> AnyView {
    spans.into_iter().map(span).collect_view().into_any()
}

fn span(span: Span) -> AnyView {
    match span {
        Span::Text(text) => text.into_any(),
        Span::Code(text) => view! { <code>{text}</code> }.into_any(),
        Span::Emphasis(inside) => view! { <em>{inline(inside)}</em> }.into_any(),
        Span::Strong(inside) => view! { <strong>{inline(inside)}</strong> }.into_any(),
        Span::Link(inside, to) => {
            view! { <a href=to target="_blank" rel="noopener noreferrer">{inline(inside)}</a> }.into_any()
        }
    }
}
