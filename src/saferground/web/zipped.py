"""A folder as one file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from fastapi import Response

ZIP = "application/zip"


def zipped(folder: Path, name: str) -> Response:
    """Every file of a folder in an archive whose only folder, and which itself, is called ``name``."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in name)
    headers = {"Content-Disposition": f'attachment; filename="{plain}.zip"'}
    return Response(made.getvalue(), headers=headers, media_type=ZIP)
