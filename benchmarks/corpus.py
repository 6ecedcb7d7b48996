"""Writes a synthetic project that `kb check` finds nothing wrong with: `python benchmarks/corpus.py OUT N`.

The same arguments give the same bytes. Of ten pages nine are SOPs and one is a FAQ; every fourth FAQ is for customers.
A page has about 5 KB. The review dates suit the day AS_OF: check and build with `--as-of`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from random import Random

import corpus_text as words

AS_OF = "2026-11-20"
# One page in ten links to a heading of another page; all other links are to pages.
ANCHOR_SHARE = 0.1
_FAQ_EVERY = 10
_CUSTOMERS_EVERY = 40
_FOLDERS = 20
_BLANK = re.compile(r"<<([a-z_]+)(?: ([0-9]))?>>")
_KB_YML = """\
language: zh-Hant
timezone: Asia/Taipei
sites:
  staff: {name: 基準測試知識庫, url: https://kb.example.com/, out: site/staff}
  customers: {name: 服務中心, url: https://help.example.com/, out: site/customers}
"""


def write_corpus(folder: Path, count: int, anchor_share: float = ANCHOR_SHARE) -> int:
    """Write kb.yml, the owners and `count` pages; return the bytes of all pages together.

    `anchor_share` is the share of pages with a link to a heading of another page.
    """
    (folder / "registry").mkdir(parents=True, exist_ok=True)
    (folder / "kb.yml").write_text(_KB_YML, encoding="utf-8")
    (folder / "registry/owners.yml").write_text(words.OWNERS, encoding="utf-8")
    size = 0
    for number in range(1, count + 1):
        file = folder / "content" / page_path(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = _Page(number, count, anchor_share).text()
        file.write_text(text, encoding="utf-8", newline="\n")
        size += len(text.encode())
    return size


def page_count(text: str) -> int:
    """Read a number of pages from the command line: so many that every page has another one to link to."""
    count = int(text)
    if count < 2 * _CUSTOMERS_EVERY:
        raise argparse.ArgumentTypeError(f"a corpus has at least {2 * _CUSTOMERS_EVERY} pages")
    return count


def is_faq(number: int) -> bool:
    """Whether a page is a FAQ, and not an SOP."""
    return number % _FAQ_EVERY == 0


def is_for_customers(number: int) -> bool:
    """Whether customers may read a page."""
    return number % _CUSTOMERS_EVERY == 0


def page_path(number: int) -> str:
    """Return the path of a page in the content folder."""
    kind, name = ("faq", "faq") if is_faq(number) else ("sops", "sop")
    return f"{kind}/part-{number % _FOLDERS:02d}/{name}-{number:05d}.md"


def page_id(number: int) -> str:
    """Return the id of a page."""
    return f"{'FAQ' if is_faq(number) else 'SOP'}-{number:05d}"


class _Page:
    """One page, with random numbers of its own: it is the same whatever is written before it.

    The methods without a leading underscore fill in what the templates call by their names.
    """

    def __init__(self, number: int, count: int, anchor_share: float) -> None:
        self._number = number
        self._random = Random(f"kb-{number}")
        # Customers may only be sent to pages of their own.
        step = _CUSTOMERS_EVERY if is_for_customers(number) else 1
        self._others = [self._another(number // step, count // step) * step for _ in range(4)]
        self._has_anchor = self._random.random() < anchor_share
        self._system = self._pick(words.SYSTEMS)
        self._reviewed = f"2026-10-{self._random.randint(1, 28):02d}"

    def text(self) -> str:
        """Return the whole page."""
        return _BLANK.sub(self._fill, words.FAQ_PAGE if is_faq(self._number) else words.SOP_PAGE)

    def _fill(self, match: re.Match[str]) -> str:
        arguments = [int(match[2])] if match[2] else []
        filled: str = getattr(self, match[1])(*arguments)
        return filled

    def _another(self, one: int, total: int) -> int:
        """Return a number from 1 to `total` other than `one`."""
        return (one + self._random.randrange(total - 1)) % total + 1

    def _pick(self, choices: tuple[str, ...]) -> str:
        return self._random.choice(choices)

    # --- front matter ---

    def id(self) -> str:
        return page_id(self._number)

    def title(self) -> str:
        return f"{self._system} {self._number:05d} {self._pick(words.TASKS)}"

    def question(self) -> str:
        return self._pick(words.QUESTIONS).format(thing=f"{self._system} {self._number:05d} ")

    def system(self) -> str:
        return self._system

    def team(self) -> str:
        return self._pick(words.TEAMS)

    def category(self) -> str:
        return self._pick(words.CATEGORIES)

    def topic(self) -> str:
        return self._pick(words.TOPICS)

    def audience(self) -> str:
        return "customers" if is_for_customers(self._number) else "staff"

    def reviewed(self) -> str:
        return self._reviewed

    def figure(self) -> str:
        return str(self._random.randint(10, 28))

    def tags(self) -> str:
        return ", ".join(self._random.sample(words.TAGS, 3))

    def related(self) -> str:
        return ", ".join(sorted({page_id(to) for to in self._others[:2]}))

    def steps(self) -> str:
        names = self._random.sample(words.STEP_NAMES, self._random.randint(3, 5))
        return "\n".join(self._step(name, in_one_line=index % 2 == 1) for index, name in enumerate(names))

    def _step(self, name: str, *, in_one_line: bool) -> str:
        role = self._pick(tuple(words.ROLES))
        fields = {
            "name": name,
            "role": role,
            "handler": words.ROLES[role],
            "time_limit": f"{self._random.randint(1, 12) * 5} minutes",
            "expected": self._pick(words.EXPECTED),
        }
        pairs = [f"{key}: {value}" for key, value in fields.items()]
        return f"  - {{{', '.join(pairs)}}}" if in_one_line else "  - " + "\n    ".join(pairs)

    # --- body ---

    def prose(self, sentences: int) -> str:
        chosen = self._random.sample(words.SENTENCES, sentences)
        return "".join(f" {sentence} " if sentence.isascii() else sentence for sentence in chosen).strip()

    def link(self, index: int, fragment: str = "") -> str:
        to = self._others[index]
        return f"[{page_id(to)} {self._pick(words.TASKS)}](../../{page_path(to)}{fragment})"

    def anchor_link(self) -> str:
        if not self._has_anchor:
            return self.link(3)
        headings = words.FAQ_HEADINGS if is_faq(self._others[3]) else words.SOP_HEADINGS
        return self.link(3, f"#{self._pick(headings)}")

    def code(self) -> str:
        language, code = self._random.choice(words.CODE)
        return f"```{language}\n{code.replace('{count}', self.figure())}\n```"

    def admonition(self) -> str:
        head, text = self._random.choice(words.ADMONITIONS)
        return f"{head}\n    {text}\n\n    {self.prose(1)}"

    def table(self) -> str:
        rows = ["| 項目 | 門檻 | 看到什麼 | 標記 |", "| --- | --- | --- | --- |"]
        for _ in range(5):
            cells = (
                self._pick(words.SYSTEMS),
                f"{self.figure()} %",
                self._pick(words.EXPECTED),
                self._pick(words.TAGS),
            )
            rows.append(f"| {' | '.join(cells)} |")
        return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a synthetic project.")
    parser.add_argument("out", type=Path)
    parser.add_argument("count", type=page_count)
    parser.add_argument("--anchors", type=float, default=ANCHOR_SHARE, help="share of pages that link to a heading")
    arguments = parser.parse_args()
    size = write_corpus(arguments.out, arguments.count, arguments.anchors)
    print(f"{arguments.count} pages, {size / arguments.count:,.0f} bytes each; check with `kb check --as-of {AS_OF}`")


if __name__ == "__main__":
    main()
