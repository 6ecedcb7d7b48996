"""Writes files, changed ones and new ones: wholly or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from kb_builder.model.errors import KbError

_BOM = b"\xef\xbb\xbf"


def create_text(file: Path, path: str, text: str) -> None:
    """Write a new file, and the folders above it that are missing; what is there already is never touched.

    `path` is the file in messages. KbError if there is such a file, or it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="") as target:
            try:
                target.write(text)
                target.flush()
                os.fsync(target.fileno())
            except BaseException:
                file.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise KbError(f"{path} is there already", "it was left as it is; give the new file another name") from error
    except OSError as error:
        raise KbError(f"cannot write {path}: {error.strerror}", "make its folder writable") from error


def replace_text(file: Path, path: str, old: str, new: str) -> None:
    """Put one text in the place of another in one step; byte order mark, permissions and owner of the file stay.

    `path` is the file in messages. KbError, and the file is as it was, if it no longer holds `old`, is a link or no
    file at all, is read-only, or its folder cannot be written to.
    """
    try:
        status = file.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise KbError(f"{path} is not a regular file", "kb writes into files alone, never through links")
        if not os.access(file, os.W_OK):
            raise KbError(f"{path} is read-only", "make it writable")
        with file.open("rb") as source:
            mark = _BOM if source.read(len(_BOM)) == _BOM else b""
        handle, temporary = tempfile.mkstemp(prefix=".kb-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as target:
                with contextlib.suppress(PermissionError):
                    os.fchown(handle, status.st_uid, status.st_gid)
                os.fchmod(handle, stat.S_IMODE(status.st_mode))
                target.write(mark + new.encode())
                target.flush()
                os.fsync(handle)
            if file.read_bytes() != mark + old.encode():
                raise KbError(f"{path} has changed in the meantime", "nothing was written; run the command again")
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise KbError(f"cannot write {path}: {error.strerror}", "make the file and its folder writable") from error


def create_file(file: Path, path: str, data: bytes, *, force: bool = False) -> None:
    """Put a new file in place in one step, its folders included; `path` is the file in messages.

    KbError if there is something of that name already, unless `force` says to replace it, and then only a regular
    file; KbError as well if its folder cannot be written to.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(file):
            if not force:
                raise KbError(f"{path} exists already", "nothing was written to it; move it away, or use --force")
            if not stat.S_ISREG(file.lstat().st_mode):
                raise KbError(f"{path} is not a regular file", "kb writes into files alone, never through links")
        handle, temporary = tempfile.mkstemp(prefix=".kb-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as target:
                # A file that is made for oneself alone would surprise those who share the folder.
                os.fchmod(handle, 0o666 & ~_umask())
                target.write(data)
                target.flush()
                os.fsync(handle)
            if force:
                Path(temporary).replace(file)
            else:
                # Unlike a replacement, a link fails if somebody made the file in the meantime.
                os.link(temporary, file)
                Path(temporary).unlink()
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except FileExistsError as error:
        raise KbError(f"{path} or a folder of it exists already", "nothing was written; choose another name") from error
    except OSError as error:
        raise KbError(f"cannot write {path}: {error.strerror}", "make its folder writable") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
