"""What `kb check` is measured against: python-frontmatter reads every page, jsonschema validates its fields.

`python benchmarks/front_matter_peer.py CONTENT SCHEMAS` validates the pages in every folder of CONTENT by the schema
of that name in SCHEMAS. It only looks at the shape of the fields: no formats of dates, no links, no owners, no review
dates, no positions. It exits with 1 if a page is at fault, so that a run that measured something else is noticed.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
from jsonschema import Draft202012Validator


def faults_of(pages: Path, schema: Path) -> int:
    """Return the number of faults in all pages of a folder; the validator is built once."""
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    return sum(
        sum(1 for _ in validator.iter_errors(_with_text_dates(frontmatter.load(str(file)).metadata)))
        for file in sorted(pages.rglob("*.md"))
    )


def _with_text_dates(value: Any) -> Any:
    """YAML 1.1 makes objects of dates; the schema, as JSON does, asks for text."""
    if isinstance(value, dict):
        return {key: _with_text_dates(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_text_dates(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def main() -> None:
    content, schemas = Path(sys.argv[1]), Path(sys.argv[2])
    faults = sum(faults_of(content / schema.stem, schema) for schema in sorted(schemas.glob("*.json")))
    print(f"{faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
