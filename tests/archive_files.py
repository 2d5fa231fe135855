"""Pages as files, made from this project's own sample texts."""

import gzip
from pathlib import Path

TEXTS = Path(__file__).parent.parent / "sample" / "texts"
DATE = "2024-03-05T06:07:08Z"


def clean(name: str) -> tuple[str, str]:
    """Title and body of a sample text."""
    head, _, body = (TEXTS / f"{name}.txt").read_text("utf-8").partition("\n---\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    return fields["title"], body.strip()


def html(name: str) -> bytes:
    """A small page around a sample text."""
    title, body = clean(name)
    paragraphs = "\n".join(f"<p>{line}</p>" for line in body.split("\n") if line.strip())
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f'<div class="nav"><a href="/">首页</a> <a href="/zj/">总结</a></div>'
        f'<div class="article"><h1>{title}</h1>\n{paragraphs}\n</div></body></html>'
    ).encode()


def folder(at: Path) -> Path:
    """Files of all kinds that an ingest meets."""
    (at / "sub").mkdir(parents=True)
    (at / "b.html").write_bytes(html("a01"))
    (at / "sub" / "a.htm").write_bytes(html("a02").decode().replace("utf-8", "gbk").encode("gbk", "replace"))
    (at / "c.txt").write_text("\n".join(clean("a03")), "utf-8")
    (at / "noname").write_bytes(html("a04"))
    (at / "copy.html").write_bytes(html("a01"))
    (at / "garbage.html").write_bytes(bytes(range(256)) * 40)
    (at / "scan.pdf").write_bytes(b"%PDF-1.4\n" + b"x" * 2000)
    (at / "empty.html").write_bytes(b"")
    (at / "crawl-1-00001.warc.gz.part").write_bytes(b"being copied")
    (at / ".hidden").write_text("not seen")
    (at / "loop").symlink_to(at, target_is_directory=True)
    (at / "link.html").symlink_to(at / "b.html")
    return at


def record(kind: str, url: str, block: bytes, content_type: str, number: int = 1) -> bytes:
    """A WARC record as another tool might write it."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(url: str, body: bytes, status: str = "200 OK", kind: str = "text/html", number: int = 1) -> bytes:
    """An HTTP response in a record."""
    head = f'HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nETag: "e{number}"\r\n\r\n'
    return record("response", url, head.encode() + body, "application/http; msgtype=response", number)


def records() -> list[bytes]:
    """The records of a small crawl."""
    return [
        record("warcinfo", "", b"software: another\r\n", "application/warc-fields"),
        response("http://w.test/1.html", html("a05"), number=2),
        record(
            "request", "http://w.test/1.html", b"GET /1.html HTTP/1.1\r\n\r\n", "application/http; msgtype=request", 3
        ),
        response("http://w.test/gone.html", b"<p>Not Found</p>", "404 Not Found", number=4),
        response("http://w.test/logo.png", b"\x89PNG....", kind="image/png", number=5),
        response("http://w.test/robots.txt", b"User-agent: *", kind="text/plain", number=6),
        response("http://w.test/old", b"", "301 Moved Permanently", number=7),
        response("http://w.test/2.html", html("a06"), number=8),
    ]


def warc(path: Path, packing: str) -> Path:
    """A WARC file: 'members' (one gzip member a record), 'whole' (one for all) or 'plain'."""
    pieces = records()
    packed = {
        "members": lambda: b"".join(map(gzip.compress, pieces)),
        "whole": lambda: gzip.compress(b"".join(pieces)),
        "plain": lambda: b"".join(pieces),
    }
    path.write_bytes(packed[packing]())
    return path
