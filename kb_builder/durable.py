"""What the system offers for changing files so that nobody sees them half done, not even after a power cut."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What a kernel or a file system says that does not know a call.
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV)


def put_in_place(new: Path, target: Path, aside: Path) -> None:
    """Put a folder in its place in one step; OSError, and nothing has changed, if that cannot be done.

    What stood there is then at `new`. Where the file system cannot exchange two folders it is at `aside`; between the
    two renames that this takes, and if the process is killed there, nothing is at `target`.
    """
    if not os.path.lexists(target):
        new.rename(target)
    elif not _exchange(new, target):
        target.rename(aside)
        try:
            new.rename(target)
        except BaseException:
            aside.rename(target)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders trade places; False where that is not known."""
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def replace_durably(file: Path, data: bytes) -> None:
    """Give a file its contents in one step that outlasts a power cut. `NAME.new` beside it is used for that."""
    new = file.with_name(file.name + ".new")
    with _named(new), new.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    new.replace(file)
    sync_folder(file.parent)


def sync_trees(paths: Iterable[Path]) -> None:
    """Have files, and folders with all that is in them, on disk.

    One call for a whole file system is a twentieth of the work of one for each file; it says so if writing failed,
    since Linux 5.8.
    """
    done: set[int] = set()
    for path in paths:
        device = path.stat().st_dev
        if device not in done:
            if _sync_file_system(path):
                done.add(device)
            else:
                _sync_each(path)


def _sync_file_system(path: Path) -> bool:
    """Write out the whole file system that a path lies on; False where that is not known."""
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "syncfs", None)
    if call is None:
        return False
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if call(handle) == 0:
            return True
        number = ctypes.get_errno()
    finally:
        os.close(handle)
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(path))


def _sync_each(path: Path) -> None:
    if not path.is_dir():
        _sync(path, os.O_RDONLY)
        return
    for parent, _folders, files in os.walk(path):
        for name in files:
            _sync(Path(parent) / name, os.O_RDONLY)
        sync_folder(Path(parent))


def sync_folder(folder: Path) -> None:
    """Have on disk which names a folder holds."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_CLOEXEC)
    try:
        with _named(path):
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Let an error name the file; calls on an open one do not."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
