# SPDX-License-Identifier: Apache-2.0
"""The protocol cases that Smithy publishes, each beside the model it belongs to."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proof.cases import Answer, Case, Failure, HeardEvents, Request, SentEvents, split_query
from proof.packages import Source

SUITE = "smithy"
_BASE64 = frozenset(["application/cbor"])
"""Media types whose bodies are written in base64."""


_FILLS_IN_DEFAULTS = re.compile(r"[A-Za-z0-9]+ClientPopulates[A-Za-z]+")
"""Ids of cases tagged ``defaults`` in which a client fills in what was left out. Ours never does, on either side:
members that are absent stay absent, and the service applies its defaults itself."""


def read_cases(suites: Path) -> list[Case]:
    """All cases of ``smithy-protocols`` but those of clients that fill in defaults."""
    files = sorted((suites / "smithy-protocols").glob("*.cases.json"))
    return [case for file in files for case in _of_file(file)]


def _of_file(file: Path) -> Iterator[Case]:
    document = json.loads(file.read_text(encoding="utf-8"))
    stem = file.name.removesuffix(".cases.json")
    model = json.loads(file.with_name(f"{stem}.ast.json").read_text(encoding="utf-8"))
    source = Source(model, {"format": "smithy", "service": document["service"]})
    for case in document["cases"]:
        if not _fills_in_defaults(case["test"]):
            name = case["case_id"].removeprefix("smithy-protocols/")
            operation = case["operation"] and _name(case["operation"])
            yield Case(f"{SUITE}/{name}", SUITE, stem, source, operation, _expectation(case))


def _fills_in_defaults(test: dict[str, Any]) -> bool:
    return "defaults" in test.get("tags", ()) and bool(_FILLS_IN_DEFAULTS.fullmatch(test["id"]))


def _name(shape_id: str) -> str:
    return shape_id.partition("#")[2]


def _expectation(case: dict[str, Any]) -> Request | Answer | SentEvents | HeardEvents:
    if case["kind"] == "eventstream":
        return _events(case["test"])
    return _request(case["test"]) if case["kind"] == "input" else _answer(case)


def _request(test: dict[str, Any]) -> Request:
    media = test.get("bodyMediaType", "")
    host = test.get("resolvedHost") or test.get("host")
    return Request(
        params=test.get("params", {}),
        endpoint_url=f"https://{test.get('host', 'service.test')}",
        method=test["method"],
        host=host and host.partition("/")[0],
        path=test["uri"],
        query=tuple(pair for text in test.get("queryParams", ()) for pair in split_query(text)),
        forbidden_query=tuple(test.get("forbidQueryParams", ())),
        required_query=tuple(test.get("requireQueryParams", ())),
        headers=test.get("headers", {}),
        forbidden_headers=tuple(test.get("forbidHeaders", ())),
        required_headers=tuple(test.get("requireHeaders", ())),
        body=_bytes(media, test["body"]) if "body" in test else None,
        media=media,
    )


def _answer(case: dict[str, Any]) -> Answer:
    test = case["test"]
    params = test.get("params", {})
    failure = None
    if case["kind"] == "error":
        code = test.get("vendorParams", {}).get("code")
        failure = Failure(shape=_name(case["error"]), code=code, members=params)
    return Answer(
        status=test["code"],
        headers=test.get("headers", {}),
        body=_bytes(test.get("bodyMediaType", ""), test.get("body", "")),
        result=params,
        failure=failure,
    )


def _events(test: dict[str, Any]) -> Request | Answer | SentEvents | HeardEvents:
    failure = test.get("expectation", {}).get("failure")
    events = test.get("events", ())
    messages = tuple(base64.b64decode(each["bytes"]) for each in events)
    given = tuple(each["params"] for each in events)
    if "initialRequest" in test:
        return _request({**test["initialRequest"], "params": test["initialRequestParams"]})
    if "initialResponse" in test:
        answer = test["initialResponse"]
        shape = failure.get("errorId")
        members = json.loads(answer["body"]) if shape else {}
        return Answer(
            status=answer["code"],
            headers=answer["headers"],
            body=answer["body"].encode(),
            failure=Failure(
                shape=shape and _name(shape), code=None if shape else str(answer["code"]), members=members
            ),
        )
    if events[0]["type"] == "request":
        media = tuple(each.get("bodyMediaType", "") for each in events)
        return SentEvents(params={}, events=given, messages=messages, media=media)
    return HeardEvents(messages=messages, events=given, fails=failure is not None)


def _bytes(media: str, body: str) -> bytes:
    return base64.b64decode(body) if media in _BASE64 else body.encode()
