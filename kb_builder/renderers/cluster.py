"""Has shares rendered by the workers of a Dask cluster, which need kb but none of this machine's files.

What is sent and received is trusted as this process trusts itself: Dask passes objects around that may run anything.
"""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kb_builder import __version__
from kb_builder.model.errors import KbError
from kb_builder.renderers.mkdocs_share import Rendered, Share, render_share

# Packages whose versions show in the bytes of a site.
_PACKAGES = ("mkdocs", "mkdocs-material", "Markdown", "pymdown-extensions", "Jinja2", "Pygments", "nh3")
# Seconds to wait for the scheduler.
_PATIENCE = 10
# MkDocs takes over what a whole process has, such as its log: a worker with threads renders one share at a time.
_ONE_AT_A_TIME = threading.Lock()


class Cluster:
    """The workers behind a scheduler; KbError if there are none, or none that would give the same bytes."""

    def __init__(self, address: str) -> None:
        client = _connect(address)
        try:
            workers = client.scheduler_info(n_workers=-1)["workers"]
            if not workers:
                raise KbError(f"the scheduler at {address} has no workers", "start some: dask worker ADDRESS")
            ours = versions()
            for worker, theirs in sorted(client.run(versions).items()):
                other = [f"{name} {theirs[name]}" for name in ours if theirs[name] != ours[name]]
                if other:
                    raise KbError(
                        f"the worker at {worker} would make other pages: it has {', '.join(other)}",
                        f"install the same there: {', '.join(f'{name} {ours[name]}' for name in ours)}",
                    )
        except KbError:
            client.close()
            raise
        except Exception as error:
            client.close()
            raise KbError(
                f"the workers of {address} cannot be asked: {error}", "every worker needs kb, as installed here"
            ) from error
        self.size = len(workers)
        self._client = client

    def close(self) -> None:
        """Leave the cluster as it was found."""
        self._client.close()

    def render(self, shares: Sequence[Share]) -> list[Rendered]:
        """Render shares of one staged folder and put what came of them where each is to be."""
        packed = self._client.scatter(pack(shares[0].folder), broadcast=len(shares) > 1)
        futures = [self._client.submit(render_far, packed, share, pure=False) for share in shares]
        try:
            results = self._client.gather(futures)
        except KbError:
            raise
        except Exception as error:
            raise KbError(
                f"the cluster did not render the pages: {error}", "nothing was published; build without --scheduler"
            ) from error
        finally:
            self._client.cancel(futures)
        for share, (_rendered, files) in zip(shares, results, strict=True):
            for name, data in files.items():
                file = share.out / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        return [rendered for rendered, _files in results]


def versions() -> Mapping[str, str]:
    """Return the versions, by package, that must be the same everywhere."""
    return {"kb-builder": __version__, **{name: version(name) for name in _PACKAGES}}


def pack(folder: Path) -> bytes:
    """Return the files of a staged folder as an archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return data.getvalue()


def render_far(packed: bytes, share: Share) -> tuple[Rendered, Mapping[str, bytes]]:
    """Render a share from the archive of its staged folder; return the files as well, by path."""
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="kb-share-") as name:
        folder, out = Path(name, "staged"), Path(name, "out")
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            archive.extractall(folder)
        rendered = render_share(replace(share, folder=folder, out=out))
        files = {file.relative_to(out).as_posix(): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    return rendered, files


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise KbError(
            "--scheduler needs Dask's `distributed`", "install it: pip install 'kb-builder[distributed]'"
        ) from error
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=_PATIENCE, set_as_default=False
        )
    except (OSError, ValueError, TimeoutError) as error:
        raise KbError(
            f"there is no scheduler at {address}: {error}",
            "name one such as tcp://127.0.0.1:8786; start it: dask scheduler",
        ) from error
