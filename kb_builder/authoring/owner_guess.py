"""Who of the owners is probably the one at the keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kb_builder.model.owner import Owner


def guess_owner(owners: Mapping[str, Owner], name: str, mail: str, today: date) -> str:
    """Return the id of the owner that Git's user stands for, empty if that is not clear.

    The user is found by the mail address, by the name, or by an id that is the beginning of the address. Where they are
    a member of one team alone, it is the team: pages outlive people. A registry of one owner leaves no choice.
    """
    active = {id_: owner for id_, owner in owners.items() if owner.is_active(today)}
    if len(active) == 1:
        return next(iter(active))
    me = _who(active, name.strip(), mail.strip().casefold())
    if not me or active[me].kind == "team":
        return me
    teams = [id_ for id_, owner in active.items() if me in owner.members and owner.kind == "team"]
    return teams[0] if len(teams) == 1 else me


def _who(owners: Mapping[str, Owner], name: str, mail: str) -> str:
    by_mail = [id_ for id_, owner in owners.items() if mail and owner.channels.get("mail", "").casefold() == mail]
    by_name = [id_ for id_, owner in owners.items() if name and owner.name == name]
    by_id = [id_ for id_ in owners if mail and id_.casefold() == mail.partition("@")[0]]
    return next((found[0] for found in (by_mail, by_name, by_id) if len(found) == 1), "")
