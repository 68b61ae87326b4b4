# SPDX-License-Identifier: Apache-2.0
"""Why the two clients differ: known causes, each with its reason, and what to call an unknown one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple


class Cause(NamedTuple):
    """A known cause.

    Attributes:
        place: Pattern of the place where the two differ.
        ours, theirs: Patterns of what is there, as ``repr`` shows it.
        reason: Why that is right.
    """

    name: str
    place: re.Pattern[str]
    ours: re.Pattern[str]
    theirs: re.Pattern[str]
    reason: str


def _read() -> list[Cause]:
    text = Path(__file__).with_name("causes.json").read_text(encoding="utf-8")
    return [
        Cause(
            name,
            re.compile(entry.get("place", ".*")),
            re.compile(entry.get("ours", ".*"), re.S),
            re.compile(entry.get("theirs", ".*"), re.S),
            entry["reason"],
        )
        for name, entry in json.loads(text).items()
    ]


KNOWN = _read()
UNKNOWN = "unexplained: "


def cause_of(place: str, ours: Any, theirs: Any) -> str:
    """The name of the first known cause that fits, else one that groups by place and kind."""
    for cause in KNOWN:
        if (
            cause.place.fullmatch(place)
            and cause.ours.fullmatch(repr(ours))
            and cause.theirs.fullmatch(repr(theirs))
        ):
            return cause.name
    if place == "botocore raised":
        return f"{UNKNOWN}botocore raised {str(theirs)[:60]}"
    if place == "raised":
        return f"{UNKNOWN}raised {re.sub(r'[A-Z][A-Za-z0-9_.]*[:[].*', '', str(ours))[:40]}{str(ours)[:60]}"
    return f"{UNKNOWN}{place.partition('.')[0].partition('[')[0]}: {type(ours).__name__}, {type(theirs).__name__}"
