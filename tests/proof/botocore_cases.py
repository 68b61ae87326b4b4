# SPDX-License-Identifier: Apache-2.0
"""The protocol cases that botocore's source distribution carries, and the models in them made whole."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from proof.cases import Answer, Case, Failure, Request, split_query
from proof.packages import Source

_MEDIA = {
    "json": "application/json",
    "rest-json": "application/json",
    "rest-xml": "application/xml",
    "query": "application/x-www-form-urlencoded",
    "ec2": "application/x-www-form-urlencoded",
    "smithy-rpc-v2-cbor": "application/cbor",
}
"""Media type of bodies by protocol, where the expected headers do not say it."""


def read_cases(sdist: Path) -> list[Case]:
    """All cases, of the current generation and of the older one."""
    folder = sdist / "tests" / "unit" / "protocols"
    cases = [
        case
        for suite, place in (("botocore", folder), ("botocore-legacy", folder / "legacy"))
        for way in ("input", "output")
        for file in sorted((place / way).glob("*.json"))
        for case in _of_file(suite, way, file)
    ]
    twice = [name for name, count in Counter(case.id for case in cases).items() if count > 1]
    assert not twice, twice
    return cases


def _of_file(suite: str, way: str, file: Path) -> Iterator[Case]:
    for number, fragment in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        sources: dict[str, Source] = {}
        for index, document in enumerate(fragment["cases"]):
            given = document["given"]
            key = json.dumps(given, sort_keys=True)  # two operations of one name are of two models
            if key not in sources:
                sources[key] = Source(_completed(fragment, given, suite), {"format": "c2j"})
            name = document.get("id") or f"{number}:{index}"
            expect = (
                _request(fragment, document, suite)
                if way == "input"
                else _answer(fragment["metadata"], document)
            )
            yield Case(
                f"{suite}/{way}/{file.stem}/{name}",
                suite,
                file.stem,
                sources[key],
                given["name"],
                expect,
            )


def _completed(fragment: dict[str, Any], given: dict[str, Any], suite: str) -> dict[str, Any]:
    """A model of one operation. The fragment lacks its operations, and often what names the service."""
    name = given["name"]
    operation = {"http": {"method": "POST", "requestUri": "/"}, **given}
    output = given.get("output")
    is_unwrapped = suite == "botocore" and fragment["metadata"]["protocol"] == "query"
    if is_unwrapped and output and fragment["shapes"][output["shape"]].get("members"):
        operation["output"] = {"resultWrapper": f"{name}Result", **output}
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2026-01-01",
            "serviceId": "Protocol Cases",
            "endpointPrefix": "cases",
            **fragment["metadata"],
        },
        "operations": {name: operation},
        "shapes": fragment["shapes"],
    }


def _request(fragment: dict[str, Any], document: dict[str, Any], suite: str) -> Request:
    protocol = fragment["metadata"]["protocol"]
    sent = document["serialized"]
    path, _, query = sent["uri"].partition("?")
    headers = sent.get("headers", {})
    body = _bytes(protocol, sent["body"]) if "body" in sent else None
    media = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    known = {"endpoint_url": fragment["clientEndpoint"]} if "clientEndpoint" in fragment else {}
    method = document["given"].get("http", {}).get("method", "POST")

    def is_later(name: str) -> bool:
        """The older cases look at what the serializer leaves, before a body gets its length."""
        return suite == "botocore-legacy" and name.lower() == "content-length" and method == "POST"

    return Request(
        params=document.get("params", {}),
        method=sent.get("method"),
        host=sent["host"].partition("/")[0] if sent.get("host") else None,  # the older cases add a path
        path=path,
        query=split_query(query),
        is_whole_query=True,
        headers=headers,
        forbidden_headers=tuple(name for name in sent.get("forbidHeaders", ()) if not is_later(name)),
        required_headers=tuple(sent.get("requireHeaders", ())),
        body=body,
        media=media or _MEDIA[protocol],
        **known,
    )


def _answer(metadata: dict[str, Any], document: dict[str, Any]) -> Answer:
    response = document["response"]
    failure = None
    if "error" in document:
        failure = Failure(
            code=document["errorCode"], message=document.get("errorMessage"), members=document["error"]
        )
    return Answer(
        status=response["status_code"],
        headers=response.get("headers", {}),
        body=_bytes(metadata["protocol"], response.get("body", "")),
        result=document.get("result", {}),
        failure=failure,
    )


_PRELUDE = "AAA"
"""How a message of a stream of events begins in base64: its length has four bytes, of which the first two are zero."""


def _bytes(protocol: str, body: str) -> bytes:
    is_base64 = protocol == "smithy-rpc-v2-cbor" or body.startswith(_PRELUDE)
    return base64.b64decode(body) if is_base64 else body.encode()
