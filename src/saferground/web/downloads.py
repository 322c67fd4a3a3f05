"""What a browser saves: a name for it, and a folder as one file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import quote

from fastapi import Response

ZIP = "application/zip"


def zipped(folder: Path, name: str) -> Response:
    """Every file of a folder in an archive whose only folder, and which itself, is called ``name``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return Response(made.getvalue(), headers=saved_as(f"{name}.zip"), media_type=ZIP)


def saved_as(name: str) -> dict[str, str]:
    """The header that has an answer saved under a name, whatever its script (RFC 6266)."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
