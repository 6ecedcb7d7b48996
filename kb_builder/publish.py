"""Puts finished sites in place: each folder is at every instant wholly the old or wholly the new site."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kb_builder.model.errors import KbError, PublishError

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# A file that every site of ours has and nothing else.
MARK = "kb/kb.css"


@contextlib.contextmanager
def build_lock(root: Path) -> Iterator[Path]:
    """Hold the project's build lock and yield its private folder `.kb`; KbError if another build holds it."""
    folder = root / ".kb"
    try:
        folder.mkdir(exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise PublishError(
            f"cannot write into {folder}: {error.strerror}", "make the project's folder writable"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 64, 0).decode(errors="replace").strip() or "unknown"
            raise KbError(f"another build is running (process {holder})", "wait until it is done") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield folder
    finally:
        os.close(handle)


@contextlib.contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """Yield a new empty folder beside `out`, on its file system; remove it and leftovers of killed builds."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for leftover in out.parent.glob(f".{out.name}.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.new-", dir=out.parent))
        folder.chmod(0o755)
    except OSError as error:
        raise PublishError(
            f"cannot write beside {out}: {error.strerror}", f"{out.parent} must be a folder that can be written to"
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_targets(outs: Iterable[Path]) -> None:
    """Refuse, before anything is built, to publish where something else than a site of ours stands."""
    for out in outs:
        for folder in (out, _previous(out)):
            if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
                raise PublishError(f"{folder} is not a folder", "remove it, or name another `out` in kb.yml")
            if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
                raise PublishError(
                    f"{folder} holds files that kb did not make", "empty it, or name another `out` in kb.yml"
                )


def publish(built: Mapping[Path, Path], reports: Mapping[Path, Path] | None = None) -> None:
    """Put finished sites in place: `built` maps each one's folder to its target. All of them, or none.

    `reports` are files that are put in place with them, likewise.

    What stood there is kept as `.NAME.previous` beside it. On Linux two folders trade places in one step (renameat2
    with RENAME_EXCHANGE). Where the file system cannot, the old folder is renamed away and the new one renamed in.
    """
    done: list[tuple[Path, Path, bool]] = []
    try:
        for new in built:
            _sync(new)
        for new in reports or {}:
            _sync_file(new)
        for new, out in built.items():
            existed = out.exists()
            if existed:
                _exchange(new, out)
            else:
                new.rename(out)
            done.append((new, out, existed))
        for new, out in (reports or {}).items():
            new.replace(out)
    except OSError as error:
        _take_back(done)
        raise PublishError(
            f"the sites could not be put in place: {error.strerror or error}",
            "what was published before is still in place",
        ) from error
    for new, out, existed in done:
        if existed:
            shutil.rmtree(_previous(out), ignore_errors=True)
            new.rename(_previous(out))
        _sync_folder(out.parent)


def _previous(out: Path) -> Path:
    return out.parent / f".{out.name}.previous"


def _take_back(done: Iterable[tuple[Path, Path, bool]]) -> None:
    """Put the old sites back where some were already switched."""
    for new, out, existed in done:
        with contextlib.suppress(OSError):
            if existed:
                _exchange(new, out)
            else:
                out.rename(new)


def _exchange(one: Path, other: Path) -> None:
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        renameat2 = getattr(libc, "renameat2", None)
        if renameat2 is not None:
            done = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
            if done == 0:
                return
            number = ctypes.get_errno()
            if number not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV):
                raise OSError(number, os.strerror(number))
    aside = one.parent / f"{one.name}.old"
    other.rename(aside)
    try:
        one.rename(other)
    except OSError:
        aside.rename(other)
        raise
    aside.rename(one)


def _sync(folder: Path) -> None:
    """Have every file and folder of a site on disk before it is switched to."""
    for parent, _folders, files in os.walk(folder):
        for name in files:
            _sync_file(Path(parent) / name)
        _sync_folder(Path(parent))


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
