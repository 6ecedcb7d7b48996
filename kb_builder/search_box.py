"""What the search box of a site is told: its words, what its filters are called, where to report a missing page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kb_builder.messages import messages
from kb_builder.model.settings import Site


def search_box(site: Site) -> Mapping[str, str]:
    """Return the texts of the box's markup; `data` is JSON for its script. All of it is plain text."""
    words = messages(site.language)
    is_staff = site.audience == "staff"
    facets = {
        "type": words("Type") if is_staff else words("Topic"),
        **({"owner": words("Owner")} if is_staff else {}),
        "tag": words("Tags"),
        **({"state": words("State")} if is_staff else {}),
    }
    tips = [
        words("Try fewer words, or more general ones."),
        words("Check the spelling. Traditional and Simplified characters find the same pages."),
        *([words("An id such as SOP-012 can be typed as it is.")] if is_staff else []),
    ]
    data = {
        "language": site.language,
        "facets": facets,
        "showsIds": is_staff,
        # Staff send a mail where kb.yml gives no address.
        "report": site.report_url or ("" if is_staff else None),
        "words": {
            "hint": words("Type words or a question.")
            if not is_staff
            else words("Type words, a question, an id or an error message."),
            "searching": words("Searching …"),
            "count": words("Pages found: {n}"),
            "none": words("No page fits “{query}”"),
            "results": words("Search results"),
            "partial": words("Partial match, without: {words}"),
            "quote": words("“{word}”"),
            "comma": words(", "),
            "more": words("Show more ({n} left)"),
            "filters": words("More filters"),
            "unfilter": words("Remove the filters"),
            "recent": words("Recent searches"),
            "forget": words("Clear recent searches"),
            "failed": words("The search could not be loaded."),
            "again": words("Try again"),
            "tips": tips,
            "report": words("Report a missing page"),
            "gap": words("Missing page: {query}"),
            "all": words("All pages"),
            "choose": words("choose"),
            "open": words("open"),
            "close": words("close"),
        },
    }
    return {
        "label": words("Search"),
        "clear": words("Clear the search field"),
        "close": words("Close the search"),
        "results": words("Search results"),
        "all": words("All pages"),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
    }
