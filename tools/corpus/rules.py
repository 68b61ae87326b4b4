# SPDX-License-Identifier: Apache-2.0
"""Where published protocol cases and botocore differ, the cases win: each such difference has a rule that evens it out.

A rule applies to one difference of principle and to nothing else. How often each was needed is counted and reported;
what is left is a defect, or has a cause in ``causes.json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from corpus.answers import MESSAGES
from corpus.normal import Normal, differences
from heliograph.errors import printable
from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location
from proof.values import shown

RequestRule: TypeAlias = Callable[[Normal, Normal, ir.Model, ir.Operation], tuple[Normal, Normal]]
ResultRule: TypeAlias = Callable[[Any, Any, ir.Model, "str | None"], tuple[Any, Any]]


def evened_requests(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation, used: list[str]
) -> tuple[Normal, Normal]:
    """Both requests without what differs by rule; the rules that made a difference smaller are added to ``used``."""
    return _evened(REQUEST_RULES, ours, theirs, model, operation, used)


def evened_results(
    ours: Any, theirs: Any, model: ir.Model, target: str | None, used: list[str]
) -> tuple[Any, Any]:
    """The same for what was made of an answer that has the shape ``target``."""
    return _evened(RESULT_RULES, ours, theirs, model, target, used)


def evened_errors(
    ours: dict[str, Any], theirs: dict[str, Any], model: ir.Model, target: str, used: list[str]
) -> tuple[Any, Any]:
    """The same for code, message and members of an error."""
    return _evened(ERROR_RULES, ours, theirs, model, target, used)


def _evened(
    rules: Mapping[str, Any], ours: Any, theirs: Any, model: ir.Model, subject: Any, used: list[str]
) -> tuple[Any, Any]:
    for name, rule in rules.items():
        if ours == theirs:
            break
        evened = rule(ours, theirs, model, subject)
        if _count(*evened) < _count(ours, theirs):
            used.append(name)
            ours, theirs = evened
    return ours, theirs


def _count(ours: Any, theirs: Any) -> int:
    return sum(1 for _ in differences(ours, theirs))


# --- Requests


def _media_types(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation
) -> tuple[Normal, Normal]:
    """XML bodies, blobs and text have a media type, bodies that are not there have none; botocore sends others."""
    del model, operation
    mine, other = (dict(each.headers) for each in (ours, theirs))
    if "content-type" not in other or not (ours.body or theirs.body):
        mine.pop("content-type", None)
        other.pop("content-type", None)
    return replace(ours, headers=mine), replace(theirs, headers=other)


def _lists_in_headers(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation
) -> tuple[Normal, Normal]:
    """Lists in headers are joined with comma and blank; botocore joins with a comma."""
    lists = _list_headers(model, operation)
    mine = {
        name: value.replace(", ", ",") if name in lists else value for name, value in ours.headers.items()
    }
    return replace(ours, headers=mine), theirs


def _list_headers(model: ir.Model, operation: ir.Operation) -> frozenset[str]:
    if operation.input is None:
        return frozenset()
    return frozenset(
        member.binding.name.lower()
        for member in model.structure(operation.input).members.values()
        if member.binding is not None
        and member.binding.location is Location.HEADER
        and model.shape(member.target).kind is Kind.LIST
    )


def _empty_headers(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation
) -> tuple[Normal, Normal]:
    """Empty text and empty lists are empty headers; botocore drops them."""
    del model, operation
    kept = {name: value for name, value in ours.headers.items() if value or name in theirs.headers}
    return replace(ours, headers=kept), theirs


def _own_headers(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation
) -> tuple[Normal, Normal]:
    """Constant headers that a service wants besides its model, which botocore's handlers add."""
    del model
    own = {name for name, _ in operation.headers}
    return replace(
        ours, headers={name: value for name, value in ours.headers.items() if name not in own}
    ), theirs


def _json_in_bodies(
    ours: Normal, theirs: Normal, model: ir.Model, operation: ir.Operation
) -> tuple[Normal, Normal]:
    """JSON in a string is JSON in a string in bodies too; botocore wants the text from its caller there."""
    del model, operation
    return ours, replace(theirs, body=_matched(ours.body, theirs.body, _as_text))


def _as_text(ours: Any, theirs: Any) -> Any:
    return ours if isinstance(ours, str) and _loaded(ours) == theirs else theirs


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


REQUEST_RULES: Mapping[str, RequestRule] = {
    "media types": _media_types,
    "lists in headers": _lists_in_headers,
    "empty headers": _empty_headers,
    "constant headers": _own_headers,
    "JSON in bodies": _json_in_bodies,
}

# --- Results


def _special_floats(ours: Any, theirs: Any, model: ir.Model, target: str | None) -> tuple[Any, Any]:
    """Numbers that JSON has no form for arrive as words, and are numbers; botocore leaves the words."""
    del model, target
    return ours, _matched(
        ours,
        theirs,
        lambda mine, other: mine if isinstance(mine, str) and _SPECIAL.get(mine) == other else other,
    )


_SPECIAL: Mapping[Any, str] = {"float nan": "NaN", "float inf": "Infinity", "float -inf": "-Infinity"}


def _json_of_bodies(ours: Any, theirs: Any, model: ir.Model, target: str | None) -> tuple[Any, Any]:
    """JSON in a string is read in bodies too; botocore gives the text to its caller there."""
    del model, target
    return ours, _matched(
        ours,
        theirs,
        lambda mine, other: mine if isinstance(other, str) and shown(_loaded(other)) == mine else other,
    )


RESULT_RULES: Mapping[str, ResultRule] = {
    "special floats": _special_floats,
    "JSON of bodies": _json_of_bodies,
}


def _matched(ours: Any, theirs: Any, match: Callable[[Any, Any], Any]) -> Any:
    """Theirs, with ``match(ours, theirs)`` in each place where the two part."""
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        return {
            key: _matched(ours[key], value, match) if key in ours else value for key, value in theirs.items()
        }
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [_matched(mine, other, match) for mine, other in zip(ours, theirs, strict=True)]
    return theirs if ours == theirs else match(ours, theirs)


# --- Errors


def _messages(
    ours: dict[str, Any], theirs: dict[str, Any], model: ir.Model, target: str | None
) -> tuple[Any, Any]:
    """A message is fit for a log, absent where it is empty, and is the member of that name; botocore has it raw."""
    del model, target
    message = theirs["message"]
    return _with_message(ours, ours["message"]), _with_message(
        theirs, printable(message) or None if message else None
    )


def _with_message(error: dict[str, Any], message: str | None) -> dict[str, Any]:
    members = {name: value for name, value in error["members"].items() if name.lower() not in MESSAGES}
    return {**error, "message": message, "members": members}


ERROR_RULES: Mapping[str, ResultRule] = {"messages of errors": _messages, **RESULT_RULES}


def described() -> list[tuple[str, str]]:
    """Each rule with what it says."""
    rules = {**REQUEST_RULES, **ERROR_RULES}
    return [(name, rule.__doc__ or "") for name, rule in rules.items()]
