"""What monitoring reports, and the procedure that answers it: an entry of registry/alerts.yml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert: what is measured, past which threshold, how grave it is, and the ids of the SOPs that answer it."""

    id: str
    name: str
    metric: str = ""
    threshold: str = ""
    sla: str = ""
    severity: str = ""
    sops: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    owner: str = ""
