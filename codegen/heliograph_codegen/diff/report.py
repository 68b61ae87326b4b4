# SPDX-License-Identifier: Apache-2.0
"""A diff as text for people, as a change note in Markdown, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final, LiteralString

from heliograph_codegen import ir
from heliograph_codegen.diff.catalogue import Bump, Severity
from heliograph_codegen.diff.changes import Change, name
from heliograph_codegen.diff.compare import Diff
from heliograph_codegen.text import clean_text, markdown

SCHEMA: Final = 1
"""Of the JSON: raised when a program that reads it would have to change."""

_TEXTS: Final = 3
"""So many changes of documentation are listed for people; where there are more, they are counted."""

_TITLES: Final[Mapping[Severity, LiteralString]] = {
    Severity.BREAKING: "Breaking",
    Severity.RISKY: "May surprise",
    Severity.ADDITION: "Added",
    Severity.NOTE: "Other",
}

_COUNTED: Final[Mapping[Severity, tuple[str, str]]] = {
    Severity.BREAKING: ("breaking change", "breaking changes"),
    Severity.RISKY: ("risky change", "risky changes"),
    Severity.ADDITION: ("addition", "additions"),
    Severity.NOTE: ("note", "notes"),
}


def lines(diff: Diff) -> Iterator[tuple[Severity, str]]:
    """One line for each change: ``place: severity RULE: what``, fit for a terminal."""
    shown, texts = _shown(diff.changes)
    for each in shown:
        text = each.text.replace("`", "'")
        yield each.rule.severity, _plain(f"{each.origin}: {each.rule.severity} {each.rule.id}: {text}")
    if texts:
        yield Severity.NOTE, f"note NOTE-DOCUMENTATION: {texts} texts for the reader are others"


def summary(diff: Diff) -> str:
    """How many changes there are, and what they ask for."""
    if not diff.changes:
        return "no differences"
    counts = [
        f"{len(found)} {_COUNTED[severity][len(found) != 1]}"
        for severity in Severity
        if (found := diff.of(severity))
    ]
    return f"{', '.join(counts)}; suggested version bump: {diff.bump}"


def change_note(diff: Diff) -> str:
    """The changes as Markdown, to be pasted into a change log."""
    service = diff.new.service
    blocks = [f"{markdown(f'{service.id}, model of {service.version}')}: {_asks(diff.bump)}"]
    for severity in Severity:
        shown, texts = _shown(diff.of(severity))
        items = [f"- {markdown(_sentence(each.text))} ({markdown(name(each.rule.id))})" for each in shown]
        if texts:
            items.append(f"- {texts} texts for the reader are others.")
        if items:
            blocks.append(f"**{_TITLES[severity]}**\n\n" + "\n".join(items))
    return "\n\n".join(blocks) + "\n"


def to_json(diff: Diff) -> str:
    """The diff as JSON with sorted keys; see docs/diff.md."""
    document = {
        "schema": SCHEMA,
        "old": _model(diff.old),
        "new": _model(diff.new),
        "bump": diff.bump.value,
        "changes": [_change(each) for each in diff.changes],
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _shown(changes: tuple[Change, ...]) -> tuple[tuple[Change, ...], int]:
    """The changes to list, and how many of documentation are only counted."""
    others = tuple(each for each in changes if each.rule.id != "NOTE-DOCUMENTATION")
    texts = len(changes) - len(others)
    return (changes, 0) if texts <= _TEXTS else (others, texts)


def _plain(text: str) -> str:
    return " ".join(clean_text(text).split())


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _asks(bump: Bump) -> str:
    return "no changes." if bump is Bump.NONE else f"suggested version bump: {bump}."


def _model(model: ir.Model) -> dict[str, object]:
    service = model.service
    return {"service": service.id, "version": service.version, "digest": ir.digest(model)}


def _change(change: Change) -> dict[str, object]:
    return {
        "rule": change.rule.id,
        "severity": change.rule.severity.value,
        "subject": change.subject,
        "text": change.text,
        "old": _origin(change.old),
        "new": _origin(change.new),
    }


def _origin(origin: ir.Origin | None) -> dict[str, object] | None:
    if origin is None or origin == ir.NOWHERE:
        return None
    return {"file": origin.file, "line": origin.line, "pointer": origin.pointer}
