"""What the theme overrides of Material, and whether it still fits."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources

# Of partials/header.html as mkdocs-material has it; ours is that file with another search box.
HEADER = "8cf3fb15bcf969ff596649616fd99366b3c31c08d57a86d05308efc16d8fa75f"


def test_the_header_that_ours_replaces_has_not_changed() -> None:
    upstream = resources.files("material").joinpath("templates", "partials", "header.html").read_bytes()
    assert sha256(upstream).hexdigest() == HEADER, (
        "mkdocs-material has changed partials/header.html. Compare it with kb_builder/theme/partials/header.html, take "
        'over what is new, keep `{% include "partials/search-box.html" %}` in the place of its search, look at the '
        "sites, and put the new hash here."
    )


def test_our_header_is_the_original_but_for_the_search() -> None:
    """What was taken over is the same line by line, so that a comparison shows only what differs on purpose."""
    folder = resources.files("material").joinpath("templates", "partials")
    original = folder.joinpath("header.html").read_text(encoding="utf-8")
    ours = resources.files("kb_builder").joinpath("theme", "partials", "header.html").read_text(encoding="utf-8")
    start = original.index('    {% if "material/search" in config.plugins %}')
    end = original.index("    {% if config.repo_url %}")
    wanted = original[:start] + '    {% include "partials/search-box.html" %}\n' + original[end:]
    assert ours.split("-#}", 1)[1] == wanted.split("-#}", 1)[1]
