//! How deeply a source may be nested, looked at before anything makes a tree of it.
//!
//! The parser, whoever walks its tree and whoever frees it go one call deeper for each level. Natively the interpreter
//! makes room for that; in a browser the stack is what it is (about a megabyte), and overrunning it ends the worker.
//! So this holds for every source that is compiled or looked at, however short.

use monty::source_within_nesting_bound;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

use crate::engine::behaviour::CompileError;

use super::own::place_of;

/// The most operators, attributes, calls and indices that may follow one another in an expression and the ones it is in.
/// They are deep trees too, though nothing about them looks deep: `1 + 1 + 1`. The interpreter allows 200.
const MAX_CHAIN: usize = 1000;

/// Checks a source.
///
/// # Errors
/// That it is nested too deeply, and where.
pub fn check_depth(source: &str) -> Result<(), CompileError> {
    let Some(offset) = too_deep(source).or_else(|| chain(source)) else { return Ok(()) };
    let (line, column) = place_of(source, offset);
    let message = "the source is nested too deeply: name its parts".to_owned();
    Err(CompileError { error_type: "SyntaxError".to_owned(), message, line, column: column + 1 })
}

/// Where brackets, blocks, lambdas and the like become too many inside one another.
fn too_deep(source: &str) -> Option<usize> {
    const ALWAYS: usize = 0;
    if source_within_nesting_bound(source, ALWAYS) {
        return None;
    }
    // A longer beginning is never less deep.
    let (mut good, mut bad) = (0, source.len());
    while bad - good > 1 {
        let middle = source.floor_char_boundary(good.midpoint(bad));
        if middle <= good {
            break;
        }
        if source_within_nesting_bound(&source[..middle], ALWAYS) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}

/// Where operators and the like become too many after one another.
fn chain(source: &str) -> Option<usize> {
    let mut lexer = lex(source, Mode::Module);
    // How many there are in each open bracket since the last comma, the innermost last; and altogether.
    let mut open: Vec<usize> = Vec::new();
    let (mut here, mut total) = (0_usize, 0_usize);
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.push(here + 1);
                total += 1;
                here = 0;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                total -= here;
                here = open.pop().unwrap_or(0);
            }
            TokenKind::Newline => {
                open.clear();
                (here, total) = (0, 0);
            }
            TokenKind::Comma | TokenKind::Semi => {
                total -= here;
                here = 0;
            }
            _ if kind == TokenKind::Dot || kind.as_binary_operator().is_some() => (here, total) = (here + 1, total + 1),
            _ => {}
        }
        if total > MAX_CHAIN {
            return Some(lexer.current_range().start().to_usize());
        }
    }
}
