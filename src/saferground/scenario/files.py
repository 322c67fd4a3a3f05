"""From bytes on disk to text: size, encoding, byte order marks, zero bytes.

Whatever can still be read is read on, so that the other problems of the file are found in the same run.
"""

from __future__ import annotations

import re
from pathlib import Path

from saferground.errors import Problem

LARGEST = {".csv": 20 * 2**20, ".toml": 2**20}
"""Bytes by suffix; a larger file is refused before it is opened. A city of 1,000 districts needs about 1 MB, and at
20 MB (some 300,000 rows) reading takes about half a minute and 1 GB."""

_SAVE = "Save it as CSV UTF-8 (in Excel: File, Save As, CSV UTF-8; in LibreOffice: Save As, CSV, character set UTF-8)"
_TOML = "Save it as UTF-8 (in Notepad: Save As, encoding UTF-8)"
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BOM = b"\xef\xbb\xbf"


def read_text(path: Path) -> tuple[str | None, list[Problem]]:
    """The text of a file.

    Returns:
        The text without byte order mark and zero bytes, or None when nothing of it can be used; and what is wrong.
        Never raises for what the file holds or for its absence.
    """
    content, problem = _read_bytes(path)
    return (None, [problem]) if problem is not None else decoded(path, content)


def decoded(path: Path, content: bytes) -> tuple[str | None, list[Problem]]:
    """The same for content that was read, or uploaded, under the name of ``path``."""
    kind = next((what for magic, what in _MAGIC if content.startswith(magic)), "")
    if kind:
        return None, [_whole(path, kind, "a text file", f"Open it and export this table. {_how(path)}.")]
    text, problems = _decode(path, content)
    if not text.replace("\0", "").strip():
        return None, [*problems, _empty(path)]
    if "\0" in text:
        problems.append(_zero_bytes(path, text))
    return text.replace("\0", ""), problems


def _empty(path: Path) -> Problem:
    if path.suffix.lower() == ".toml":
        do = "Fill it in, or delete it if it is not needed; `saferground new` writes an example."
        return _whole(path, "an empty file", "keys and sections", do)
    do = "Fill it in, or delete it if the table is not needed; `saferground new` shows the columns."
    return _whole(path, "an empty file", "a header line and rows", do)


def _read_bytes(path: Path) -> tuple[bytes, Problem | None]:
    try:
        if not path.is_file():
            return b"", _whole(path, "something that is not a plain file", "a text file", "Put the file itself here.")
        size = path.stat().st_size
        largest = LARGEST[".toml" if path.suffix == ".toml" else ".csv"]
        if size > largest:
            do = "Keep only what describes this scenario; recordings, tracks and shapes do not belong here."
            return b"", _whole(path, f"{size / 2**20:,.0f} MB", f"at most {largest / 2**20:.0f} MB", do)
        return path.read_bytes(), None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        got = f"a file that cannot be opened ({reason})"
        return b"", _whole(path, got, "a readable file", "Check its permissions.")


def _decode(path: Path, content: bytes) -> tuple[str, list[Problem]]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _foreign(path, content, encoding, f"a file in {encoding.upper()}")
    if _looks_wide(content):
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _foreign(path, content, encoding, "a file that looks like UTF-16")
    problems = [_byte_order_mark(path)] if content.startswith(_BOM) else []
    content = content.removeprefix(_BOM)
    try:
        return content.decode("utf-8"), problems
    except UnicodeDecodeError as error:
        text, problem = _guess(path, content, error)
        return text, [*problems, problem]


def _looks_wide(content: bytes) -> bool:
    start = content[:400]
    halves = (start[::2], start[1::2])
    return len(start) > 8 and any(half.count(0) > 0.7 * len(half) for half in halves) and any(start)


def _foreign(path: Path, content: bytes, encoding: str, got: str) -> tuple[str, list[Problem]]:
    return content.decode(encoding, errors="replace"), [_whole(path, got, "UTF-8", f"{_how(path)}.")]


def _guess(path: Path, content: bytes, error: UnicodeDecodeError) -> tuple[str, Problem]:
    """Read the file in the encoding that it looks like, and name the first line that shows it."""
    line = content.count(b"\n", 0, error.start) + 1
    if error.start >= len(content) - 3 and error.reason == "unexpected end of data":
        do = "The file is cut off in the middle of a letter; take a complete copy."
        return content.decode("utf-8", errors="ignore"), Problem(path.name, line, "", "half a letter", "UTF-8", do)
    encoding, name = ("cp1256", "Windows Arabic (cp1256)") if _in_arabic(content) else ("cp1252", "Windows (cp1252)")
    got = f"a byte that is not UTF-8 (0x{content[error.start]:02x}); the file looks like {name}"
    do = f"{_how(path)}, and check that the letters are still right."
    return content.decode(encoding, errors="replace"), Problem(path.name, line, "", got, "UTF-8", do)


def _in_arabic(content: bytes) -> bool:
    """Arabic words are runs of bytes above 127; accented letters of Western languages stand alone."""
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", content[: 2**20])]
    return 2 * sum(length for length in runs if length > 2) > sum(runs)


def _byte_order_mark(path: Path) -> Problem:
    do = "Nothing needs to be done; Excel writes it, and the file was read."
    return Problem(path.name, 1, "", "a byte order mark (BOM)", "UTF-8, with or without it", do, severity="note")


def _zero_bytes(path: Path, text: str) -> Problem:
    line = text.count("\n", 0, text.index("\0")) + 1
    do = f"The file is damaged; take an earlier copy, or save it again. {_how(path)}."
    return Problem(path.name, line, "", f"{text.count(chr(0)):,} zero bytes (NUL)", "text", do)


def _how(path: Path) -> str:
    return _TOML if path.suffix == ".toml" else _SAVE


def _whole(path: Path, got: str, expected: str, do: str) -> Problem:
    return Problem(path.name, 0, "", got, expected, do)
