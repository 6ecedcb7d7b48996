"""Puts finished sites in place: each folder is at every instant wholly the old or wholly the new site.

Beside the folder of a site, here `site/staff`, there may be

- `.staff.previous`: the site before, kept;
- `.staff.new-XXXXXXXX`: where a running build works;
- `.staff.new-ready`: a finished site before it is switched to, and for an instant afterwards the old one;
- `.staff.new-old`: the old one, where the file system cannot exchange two folders.

All but the first are gone when a build is over. What a killed one leaves of them is completed or removed by the next.
While sites are switched a note in `.kb` says which ones, so that the sites of one build also come together.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from kb_builder.durable import put_in_place, replace_durably, sync_folder, sync_trees
from kb_builder.model.errors import KbError, PublishError

# What was searched before a site was published, beside it: `site/customers.verify.json`.
REPORT = ".verify.json"
# How long, in seconds and times, the name of who holds the lock is waited for.
_PAUSE, _PATIENCE = 0.05, 20
_HOLDER = re.compile(r"process ([0-9]+) on (\S+) since ")
# A file that every site of ours has and nothing else.
MARK = "kb/kb.css"
NOTE = "publication.json"
_MENDED = "mend that; the next `kb build` goes on where this one stopped"


@contextlib.contextmanager
def build_lock(root: Path) -> Iterator[Path]:
    """Hold the project's build lock and yield its private folder `.kb`; KbError if another build holds it.

    The lock belongs to this process alone, not to those it starts, and goes with it, however it ends.
    """
    folder = root / ".kb"
    try:
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise PublishError(f"{folder} is a link", "remove it: kb keeps its own files there, and nowhere else")
        # A link in its place would have another file emptied.
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise PublishError(
            f"cannot write into {folder}: {error.strerror}", "make the project's folder writable"
        ) from error
    try:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            holder = _holder(handle) or "it has not said which yet"
            raise KbError(f"another build is running: {holder}", "wait until it is done") from None
        except OSError as error:
            raise PublishError(
                f"cannot lock {folder / 'lock'}: {error.strerror}", "the file system must know locks"
            ) from error
        # Only for people: without space for it the lock is held all the same.
        with contextlib.suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, _this_process().encode(errors="replace"), 0)
        yield folder
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)


def _holder(handle: int) -> str:
    """Return who holds the lock; who has only just got it writes its name a moment later, over an earlier one."""
    for _attempt in range(_PATIENCE):
        line = _first_line(handle)
        said = _HOLDER.match(line)
        if said and (said[2] != os.uname().nodename or Path("/proc", said[1]).exists() or not Path("/proc").is_dir()):
            return line
        time.sleep(_PAUSE)
    return _first_line(handle)


def _first_line(handle: int) -> str:
    with contextlib.suppress(OSError):
        return os.pread(handle, 500, 0).decode(errors="replace").partition("\n")[0]
    return ""


def _this_process() -> str:
    since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    return f"process {os.getpid()} on {os.uname().nodename} since {since}, `{shlex.join(['kb', *sys.argv[1:]])}`\n"


@contextlib.contextmanager
def fresh_folder(out: Path) -> Iterator[Path]:
    """Yield a new empty folder beside `out`, on its file system, and remove it in the end."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_beside(out, ""), dir=out.parent))
    except OSError as error:
        raise PublishError(
            f"cannot write beside {out}: {error.strerror}", f"{out.parent} must be a folder that can be written to"
        ) from error
    try:
        folder.chmod(0o755)
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


def publish(built: Mapping[Path, Path], private: Path | None = None) -> None:
    """Put finished sites in place: `built` maps each one's folder to its target. All of them, or none.

    A file REPORT beside a finished site is put beside its target with it. What stood there is kept as
    `.NAME.previous`. `private` is the folder that `build_lock` yields; with it, what is cut short is completed by
    `finish`. PublishError if a site cannot be put in place: then everything is as it was, or the message says so.
    """
    outs = tuple(built.values())
    numbers: dict[Path, int] = {}
    try:
        for new, out in built.items():
            new.rename(_ready(out))
            if new.with_name(REPORT).exists():
                new.with_name(REPORT).rename(_ready(report_of(out)))
        sync_trees(_ready(out) for out in outs)
        numbers = {out: _number(_ready(out)) for out in outs}
        if private:
            _write_note(private, numbers)
        _switch(numbers)
    except BaseException as error:
        if not _taken_back(numbers):
            raise PublishError(f"only some of the sites could be put in place: {_reason(error)}", _MENDED) from error
        with contextlib.suppress(OSError):
            _forget(private)
        # Without the finished sites a note that is still there asks for nothing.
        _clear(outs)
        if isinstance(error, OSError):
            raise PublishError(
                f"the sites could not be put in place: {_reason(error)}", "what was published before is still in place"
            ) from error
        raise
    # The new sites are there. If the rest does not succeed, the next build does it.
    with contextlib.suppress(OSError):
        _tidy(private, outs, outs)


def report_of(out: Path) -> Path:
    """Return where the report on a site is, such as `site/customers.verify.json`."""
    return out.with_name(out.name + REPORT)


def settle(root: Path, outs: Iterable[Path]) -> None:
    """Complete a publication that was cut short; for commands that read sites.

    Nothing is done, and nothing said, if a build is running or this user may not write there.
    """
    if (root / ".kb" / NOTE).exists():
        with contextlib.suppress(KbError, OSError), build_lock(root) as private:
            finish(private, outs)


def is_settled(root: Path, outs: Iterable[Path]) -> bool:
    """Whether nothing is left over, or under way, of any build of the project in `root`; `outs` are all its sites."""
    if any((root / ".kb" / name).exists() for name in (NOTE, f"{NOTE}.new")):
        return False
    targets = [path for out in outs for path in (out, report_of(out))]
    return not any(
        path.name.startswith(_beside(target, ""))
        for target in targets
        if target.parent.is_dir()
        for path in target.parent.iterdir()
    )


def finish(private: Path, outs: Iterable[Path]) -> None:
    """Complete what a killed build had begun to put in place, and remove all else that it left behind.

    `private` is the folder that `build_lock` yields, `outs` all sites of the project.
    """
    outs = tuple(outs)
    numbers = _read_note(private, outs)
    try:
        _switch(numbers)
        _tidy(private, numbers, outs)
    except OSError as error:
        raise PublishError(
            f"an earlier build was cut short, and what it began cannot be completed: {_reason(error)}", _MENDED
        ) from error


def _switch(numbers: Mapping[Path, int]) -> None:
    """Put every ready site in its place that is not there yet, then the reports."""
    for out, number in numbers.items():
        if _number(_ready(out)) == number:
            put_in_place(_ready(out), out, _aside(out))
    for report in map(report_of, numbers):
        if _ready(report).exists():
            _ready(report).replace(report)


def _taken_back(numbers: Mapping[Path, int]) -> bool:
    """Put the old sites back where some were already switched; return whether that succeeded."""
    try:
        for out, number in numbers.items():
            if _number(out) == number:
                if _ready(out).exists():
                    put_in_place(_ready(out), out, _aside(out))
                else:
                    out.rename(_ready(out))
            if _aside(out).exists() and not out.exists():
                _aside(out).rename(out)
    except OSError:
        return False
    return True


def _tidy(private: Path | None, switched: Iterable[Path], outs: Iterable[Path]) -> None:
    """Keep the old sites as the previous ones, then remove the note and whatever is left over beside all sites."""
    for out in switched:
        for old in (_ready(out), _aside(out)):
            if old.exists() and out.exists():
                if _previous(out).exists():
                    _remove(_gone(out))
                    _previous(out).rename(_gone(out))
                old.rename(_previous(out))
        if out.parent.is_dir():
            sync_folder(out.parent)
    _forget(private)
    _clear(outs)


def _clear(outs: Iterable[Path]) -> None:
    """Remove whatever builds left beside their sites; what cannot be removed now is tried again by the next."""
    for target in (path for out in outs for path in (out, report_of(out))):
        with contextlib.suppress(OSError):
            if _aside(target).exists() and not target.exists():
                # Nothing says why, but it is the only one there is.
                _aside(target).rename(target)
            for path in list(target.parent.iterdir()):
                if path.name.startswith(_beside(target, "")):
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _write_note(private: Path, numbers: Mapping[Path, int]) -> None:
    note = {_name(private, out): number for out, number in numbers.items()}
    replace_durably(private / NOTE, json.dumps({"sites": note}).encode())


def _read_note(private: Path, outs: Iterable[Path]) -> Mapping[Path, int]:
    """Return the sites that a build had begun to switch, with the numbers of their folders; none if there is no note.

    It is believed only as far as it speaks of sites of this project: anybody may have put it there.
    """
    try:
        note = json.loads((private / NOTE).read_bytes())["sites"]
        found = {out: note[_name(private, out)] for out in outs if _name(private, out) in note}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PublishError(f"cannot read {private / NOTE}: {error.strerror}", "mend its permissions") from error
    except (ValueError, LookupError, TypeError):
        return {}
    return {out: number for out, number in found.items() if isinstance(number, int) and number > 0}


def _name(private: Path, out: Path) -> str:
    return out.relative_to(private.parent).as_posix()


def _forget(private: Path | None) -> None:
    """Remove the note, and one that was not finished."""
    if private:
        (private / f"{NOTE}.new").unlink(missing_ok=True)
        (private / NOTE).unlink(missing_ok=True)


def _number(path: Path) -> int:
    """Return the number by which the file system knows a folder whatever it is called; 0 for none."""
    try:
        return path.lstat().st_ino
    except FileNotFoundError:
        return 0


def _reason(error: BaseException) -> str:
    if not isinstance(error, OSError):
        return type(error).__name__
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)


def _beside(out: Path, name: str) -> str:
    return f".{out.name}.new-{name}"


def _ready(out: Path) -> Path:
    return out.with_name(_beside(out, "ready"))


def _aside(out: Path) -> Path:
    return out.with_name(_beside(out, "old"))


def _gone(out: Path) -> Path:
    return out.with_name(_beside(out, "gone"))


def _previous(out: Path) -> Path:
    return out.with_name(f".{out.name}.previous")
