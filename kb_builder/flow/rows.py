"""Which steps stand side by side: work handed to a role further right goes on in the same row, like a line of text."""

from __future__ import annotations

from collections.abc import Sequence

from kb_builder.model.flow import Flow, NodeKind


def shared_rows(flow: Flow, lanes: Sequence[int]) -> list[int]:
    """Return a row for every node; `lanes` are their lanes, counted from the left.

    A step joins the row of the step before it if that one leads to it, its lane is further right, and the stage is
    the same. Start and end have rows of their own.
    """
    leads = {(edge.source, edge.target) for edge in flow.edges}
    row, rows = 0, [0] * len(flow.nodes)
    for i in range(1, len(flow.nodes)):
        before, node = flow.nodes[i - 1], flow.nodes[i]
        joins = (
            lanes[i] > lanes[i - 1]
            and before.stage == node.stage
            and before.kind is not NodeKind.START
            and node.kind is not NodeKind.END
            and (before.id, node.id) in leads
        )
        row += not joins
        rows[i] = row
    return rows
