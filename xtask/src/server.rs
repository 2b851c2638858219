//! A small web server for the built site, on this machine only: static files, as any host would serve them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::run::{During, Failure, Result};

pub const DEFAULT_PORT: u16 = 8080;
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer request heads than any browser sends to this site are refused.
const MAX_HEAD: u64 = 64 * 1024;

/// Serves a folder until the process ends.
pub fn serve_forever(folder: &Path, port: u16) -> Result<()> {
    let port = start(folder, port)?;
    println!("Ready: http://127.0.0.1:{port}/ (Ctrl+C ends it)");
    loop {
        std::thread::park();
    }
}

/// Serves a folder from another thread and returns the port, once it answers. Port 0 is any free port; a port that is
/// taken is replaced by the next free one.
pub fn start(folder: &Path, port: u16) -> Result<u16> {
    let listener = bind(port)?;
    let port = listener.local_addr().during(|| "cannot read the port".into())?.port();
    let folder = folder.canonicalize().during(|| format!("cannot serve {}", folder.display()))?;
    std::thread::spawn(move || accept(&listener, &folder));
    if answers(port) {
        return Ok(port);
    }
    Err(Failure::new(format!("the site's page could not be read back from port {port}")))
}

/// The wanted port if it is free, else the next free one.
pub fn free_port(wanted: u16) -> Result<u16> {
    let listener = bind(wanted)?;
    Ok(listener.local_addr().during(|| "cannot read the port".into())?.port())
}

/// Whether a page comes back from a port of this machine.
pub fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line)
    };
    ask().is_ok_and(|line| line.split(' ').nth(1) == Some("200"))
}

fn bind(wanted: u16) -> Result<TcpListener> {
    let mut last = None;
    for port in wanted..=wanted.saturating_add(100) {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    let reason = last.map(|error| error.to_string()).unwrap_or_default();
    Err(Failure::new(format!("no free port from {wanted} on: {reason}")))
}

fn accept(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        std::thread::spawn(move || {
            // A browser that goes away in the middle of an answer is not worth a message.
            let _ = answer(stream, &folder);
        });
    }
}

/// Answers the requests of one connection, one after another.
fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    while let Some(request) = read_request(&mut reader)? {
        let response = respond(&request, folder);
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: {}\r\n\
             X-Content-Type-Options: nosniff\r\n{}Connection: {}\r\n\r\n",
            response.status,
            response.kind,
            response.body.len(),
            response.caching,
            if response.location.is_empty() { String::new() } else { format!("Location: {}\r\n", response.location) },
            if request.keep_alive { "keep-alive" } else { "close" },
        );
        stream.write_all(head.as_bytes())?;
        if request.method != "HEAD" {
            stream.write_all(&response.body)?;
        }
        stream.flush()?;
        if !request.keep_alive {
            break;
        }
    }
    Ok(())
}

struct Request {
    method: String,
    target: String,
    keep_alive: bool,
}

/// Reads one request without a body, which is all that a static site gets.
fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut head = reader.take(MAX_HEAD);
    let mut line = String::new();
    if head.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default().to_owned();
    let mut keep_alive = words.next() == Some("HTTP/1.1") && matches!(&*method, "GET" | "HEAD");
    loop {
        let mut header = String::new();
        if head.read_line(&mut header)? == 0 {
            return Ok(None); // Cut off, or too long.
        }
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if header == "connection: close" {
            keep_alive = false;
        }
    }
    Ok(Some(Request { method, target, keep_alive }))
}

struct Response {
    status: &'static str,
    kind: &'static str,
    caching: &'static str,
    location: String,
    body: Vec<u8>,
}

impl Response {
    fn plain(status: &'static str) -> Self {
        let body = format!("{status}\n").into_bytes();
        Self { status, kind: "text/plain; charset=utf-8", caching: "no-store", location: String::new(), body }
    }
}

fn respond(request: &Request, folder: &Path) -> Response {
    if !matches!(&*request.method, "GET" | "HEAD") {
        return Response::plain("405 Method Not Allowed");
    }
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    let Some(file) = resolve(path, folder) else { return Response::plain("404 Not Found") };
    if file.is_dir() {
        // Relative links of a page only work below a path that ends in a slash.
        return Response { location: format!("{path}/"), ..Response::plain("301 Moved Permanently") };
    }
    match fs::read(&file) {
        Ok(body) => Response {
            status: "200 OK",
            kind: media_type(&file),
            caching: if is_hashed(&file) { "public, max-age=31536000, immutable" } else { "no-cache" },
            location: String::new(),
            body,
        },
        Err(_) => Response::plain("404 Not Found"),
    }
}

/// The file that a path of a URL stands for, never one outside the folder.
fn resolve(path: &str, folder: &Path) -> Option<PathBuf> {
    let decoded = percent_decoded(path)?;
    let mut file = folder.join(decoded.trim_start_matches('/'));
    if decoded.ends_with('/') {
        file.push("index.html");
    }
    let file = file.canonicalize().ok()?;
    file.starts_with(folder).then_some(file)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether the name carries a hash of the content, as Trunk writes it: `page-1a2b3c4d5e6f7a8b_bg.wasm`.
fn is_hashed(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.split(['-', '_', '.']).any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|kind| kind.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "yaml" | "yml" => "application/yaml; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_a_folder_and_nothing_above_it() {
        let folder = std::env::temp_dir().join(format!("xtask-server-{}", std::process::id()));
        let write = || {
            fs::create_dir_all(folder.join("in side"))?;
            fs::write(folder.join("index.html"), "<p>")?;
            fs::write(folder.join("in side/a.wasm"), "x")
        };
        assert!(write().is_ok());
        let folder = folder.canonicalize().unwrap_or(folder);
        let get = |target: &str| {
            respond(&Request { method: "GET".into(), target: target.into(), keep_alive: false }, &folder)
        };
        assert_eq!(get("/?theme=dark").kind, "text/html; charset=utf-8");
        assert_eq!(get("/in%20side/a.wasm").kind, "application/wasm");
        assert_eq!(get("/in%20side").location, "/in%20side/");
        for outside in ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/%zz", "/none"] {
            assert_eq!(get(outside).status, "404 Not Found", "{outside}");
        }
        assert!(start(&folder, 0).is_ok_and(answers));
        assert!(fs::remove_dir_all(&folder).is_ok());
    }

    #[test]
    fn only_hashed_names_may_be_kept() {
        assert!(is_hashed(Path::new("page-1a2b3c4d5e6f7a8b_bg.wasm")));
        assert!(!is_hashed(Path::new("worker_bg.wasm")));
    }
}
