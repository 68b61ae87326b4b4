# SPDX-License-Identifier: Apache-2.0
"""Bodies in a form to compare: what they say, not how they are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.parsers import expat

from heliograph import cbor
from proof.values import shown


def read_body(media: str, body: bytes) -> Any:
    """What a body says, by its media type.

    JSON and CBOR by value; XML by tree, in which the order of siblings of one name counts and that of others does
    not; forms as a multiset of pairs; anything else, and what cannot be read, as its bytes.
    """
    reader = _READERS.get(media.partition(";")[0].strip().lower())
    if reader is None or not body:
        return body
    try:
        return reader(body)
    except ValueError as error:
        return f"{error}: {body!r}"


def _json(body: bytes) -> Any:
    return json.loads(body, parse_constant=str)


def _cbor(body: bytes) -> Any:
    return shown(cbor.loads(body))


def _form(body: bytes) -> Any:
    return sorted(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


def _xml(body: bytes) -> Any:
    """``[name, attributes, text, children by name]``; names as written, declarations of namespaces included."""
    root: list[Any] = ["", {}, "", {}]
    open_elements = [root]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = [name, dict(attributes), "", {}]
        open_elements[-1][3].setdefault(name, []).append(element)
        open_elements.append(element)

    def end(name: str) -> None:
        element = open_elements.pop()
        if element[3]:
            element[2] = element[2].strip()  # white space between elements says nothing

    def text(data: str) -> None:
        open_elements[-1][2] += data

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return root[3]


_READERS: Mapping[str, Callable[[bytes], Any]] = {
    "application/json": _json,
    "application/x-amz-json-1.0": _json,
    "application/x-amz-json-1.1": _json,
    "application/cbor": _cbor,
    "application/xml": _xml,
    "text/xml": _xml,
    "application/x-www-form-urlencoded": _form,
}
