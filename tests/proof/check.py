# SPDX-License-Identifier: Apache-2.0
"""Whether a generated client does what a published case says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from heliograph_codegen import ir
from proof.bodies import read_body
from proof.cases import Answer, Case, Failure, HeardEvents, Request, SentEvents, split_query
from proof.events import check_heard, check_sent
from proof.exchange import DOORS, Caller
from proof.inputs import smallest
from proof.packages import Workshop
from proof.values import from_case, shown


def check(case: Case, workshop: Workshop, run: Callable[[Any], Any]) -> None:
    """Drive a client through a case.

    Raises:
        AssertionError: it does something else.
        GenerationError: the generator refuses the model, or the part of it that the case is about.
    """
    operation = case.operation or _operation_with(case, workshop)
    made = workshop.make(case.source, operation)
    if isinstance(case.expect, Request):
        caller = Caller(made, operation, run, endpoint_url=case.expect.endpoint_url)
        _check_request(caller, case.expect)
        return
    caller = Caller(made, operation, run)
    if isinstance(case.expect, SentEvents):
        check_sent(caller, case.expect)
    elif isinstance(case.expect, HeardEvents):
        check_heard(caller, case.expect)
    else:
        _check_answer(caller, case.expect)


def _operation_with(case: Case, workshop: Workshop) -> str:
    """The first operation that lists the error of the case."""
    assert isinstance(case.expect, Answer)
    assert case.expect.failure is not None
    model = workshop.model(case.source)
    shape = case.expect.failure.shape
    return next(
        name
        for name, operation in model.operations.items()
        if shape in operation.errors or shape in model.service.errors
    )


# --- Requests


def _check_request(caller: Caller, expect: Request) -> None:
    model = caller.made.model
    target = model.operations[caller.operation].input
    params = expect.params if target is None else from_case(model, target, expect.params)
    sent = {door: caller.request(door, params) for door in DOORS}
    got, expected = _sides(sent["call"], expect)
    assert got == expected
    whole = {door: _whole(request) for door, request in sent.items()}
    assert whole == dict.fromkeys(DOORS, whole["call"])


def _whole(request: httpx.Request) -> dict[str, Any]:
    target = request.extensions.get("target", request.url.raw_path)
    return {"method": request.method, "target": target, "headers": request.headers, "body": request.content}


def _sides(sent: httpx.Request, expect: Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was sent and what should have been, of all that the case speaks of."""
    target: bytes = sent.extensions.get("target", sent.url.raw_path)
    path, _, query = target.decode().partition("?")
    pairs = split_query(query)
    headers = {name.lower(): value for name, value in expect.headers.items()}
    got: dict[str, Any] = {"headers": {name: _header(sent, name) for name in headers}}
    expected: dict[str, Any] = {"headers": {name: _bare(name, value) for name, value in headers.items()}}
    for what, value, wanted in (
        ("method", sent.method, expect.method),
        ("host", sent.headers["host"], expect.host),
        ("path", path, expect.path),
    ):
        if wanted is not None:
            got[what], expected[what] = value, wanted
    expected["query"] = _by_key(expect.query)
    got["query"] = _by_key(pairs) if expect.is_whole_query else _by_key(_common(pairs, Counter(expect.query)))
    keys = {key for key, _ in pairs}
    forbidden = [*expect.forbidden_headers]
    if expect.body == b"" and "content-type" not in headers:
        forbidden.append("content-type")
    got["forbidden"] = [name for name in forbidden if name in sent.headers]
    got["forbidden"] += [key for key in expect.forbidden_query if key in keys]
    got["missing"] = [name for name in expect.required_headers if name not in sent.headers]
    got["missing"] += [key for key in expect.required_query if key not in keys]
    expected["forbidden"] = expected["missing"] = []
    if expect.body is not None:
        got["body"] = read_body(expect.media, sent.content)
        expected["body"] = read_body(expect.media, expect.body)
    return got, expected


def _common(
    pairs: tuple[tuple[str, str], ...], wanted: Counter[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """The pairs that the case names, and those whose key it names with another value."""
    keys = {key for key, _ in wanted}
    return tuple(pair for pair in pairs if pair in wanted or pair[0] in keys)


def _by_key(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _header(sent: httpx.Request, name: str) -> str | None:
    value = sent.headers.get(name)
    return None if value is None else _bare(name, value)


def _bare(name: str, value: str) -> str:
    """A header's value as it is compared: a media type without its parameters."""
    return value.partition(";")[0] if name == "content-type" else value


# --- Answers


def _check_answer(caller: Caller, expect: Answer) -> None:
    model = caller.made.model
    operation = model.operations[caller.operation]
    params = {} if operation.input is None else smallest(model, operation.input)
    outcomes = {door: _outcome(caller, door, params, expect) for door in DOORS}
    if expect.failure is not None:
        expected: Any = _expected_failure(model, operation, expect.failure)
        if expected["message"] is None:
            for each in (expected, *outcomes.values()):
                each.pop("message", None)
    elif operation.output is None:
        expected = dict(expect.result)
    else:
        expected = shown(from_case(model, operation.output, expect.result))
    assert outcomes["call"] == expected
    assert outcomes == dict.fromkeys(DOORS, outcomes["call"])


def _outcome(caller: Caller, door: str, params: dict[str, Any], expect: Answer) -> dict[str, Any]:
    answer = httpx.Response(expect.status, headers=dict(expect.headers), content=expect.body)
    package = caller.made.package
    try:
        result: dict[str, Any] = shown(caller.result(door, params, answer))
    except package.ServiceError as error:
        if expect.failure is None:
            raise AssertionError(f"raised {error!r}") from error
        return {
            "class": None if type(error) is package.ServiceError else type(error).__name__,
            "code": error.code,
            "message": error.message,
            "members": shown(package.to_dict(error)),
        }
    return result


def _expected_failure(model: ir.Model, operation: ir.Operation, failure: Failure) -> dict[str, Any]:
    modelled = [model.structure(name) for name in (*operation.errors, *model.service.errors)]
    shape = next(
        (
            each
            for each in modelled
            if each.error is not None
            and (each.name == failure.shape or failure.code in (each.error.code, each.name))
        ),
        None,
    )
    code, message, members = failure.code, failure.message, dict(failure.members)
    if shape is not None:
        assert shape.error is not None
        code = code or shape.error.code
        members = from_case(model, shape.name, failure.members)
        said = [value for name, value in members.items() if name.lower() in ("message", "errormessage")]
        message = message or next(iter(said), None)
    return {
        "class": None if shape is None else shape.name,
        "code": code,
        "message": message,
        "members": shown(members),
    }
