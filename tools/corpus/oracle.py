# SPDX-License-Identifier: Apache-2.0
"""What botocore makes of the same call: its serializers and parsers alone, none of its handlers."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
from botocore import loaders, parsers, serialize
from botocore.awsrequest import HeadersDict
from botocore.eventstream import EventStream
from botocore.model import ServiceModel
from botocore.utils import percent_encode_sequence

from corpus.normal import Normal, compared, normal_query
from proof.bodies import read_body


class Oracle:
    """Botocore's view of one service.

    Args:
        service: Its name in botocore.
        protocol: The one to speak, whichever botocore would choose.
    """

    def __init__(self, service: str, protocol: str) -> None:
        document = loaders.Loader().load_service_model(service, "service-2")
        self._model = ServiceModel(document, service)
        self._serializer = serialize.SERIALIZERS[protocol]()
        self._parser = parsers.create_parser(protocol)
        self._protocol = protocol

    def request(self, operation: str, params: Mapping[str, Any], media: str) -> Normal:
        """The request it would send, before handlers and signing."""
        made = self._serializer.serialize_to_request(dict(params), self._model.operation_model(operation))
        path, _, query = made["url_path"].partition("?")
        more = made["query_string"]
        if more:
            query = "&".join(filter(None, [query, percent_encode_sequence(more)]))
        body = made["body"]
        if isinstance(body, dict):
            body = percent_encode_sequence(body).encode()
        elif isinstance(body, str):
            body = body.encode()
        elif isinstance(body, io.IOBase):
            body = body.read()
        return Normal(
            method=made["method"],
            prefix=made.get("host_prefix") or "",
            path=path or "/",
            query=normal_query(query),
            headers=compared({name.lower(): _text(value) for name, value in made["headers"].items()}),
            body=read_body(media, bytes(body or b"")),
        )

    def result(self, operation: str, answer: httpx.Response) -> dict[str, Any]:
        """What a caller would get of an answer.

        Bodies that are one blob are handed over as streams, streaming or not: botocore decodes others as UTF-8.
        """
        model = self._model.operation_model(operation)
        output = model.output_shape
        body: Any = answer.content
        if model.has_event_stream_output:
            body = _Raw(answer.content)
        elif output is not None and "payload" in output.serialization:
            payload = output.members[output.serialization["payload"]]
            if payload.type_name == "blob":
                body = io.BytesIO(answer.content)
        parsed: dict[str, Any] = self._parser.parse(_answer(operation, answer, body), output)
        parsed.pop("ResponseMetadata", None)
        return {
            name: list(value) if isinstance(value, EventStream) else value for name, value in parsed.items()
        }

    def error(self, operation: str, answer: httpx.Response) -> dict[str, Any]:
        """Code, message and members of an error, parsed twice as botocore's endpoint does."""
        model = self._model.operation_model(operation)
        given = _answer(operation, answer, answer.content)
        parsed = self._parser.parse(given, model.output_shape)
        shape = self._model.shape_for_error_code(parsed["Error"]["Code"])
        members = {} if shape is None else self._parser.parse(given, shape)
        for name in ("ResponseMetadata", "Error"):
            members.pop(name, None)
        return {
            "code": parsed["Error"]["Code"],
            "message": parsed["Error"].get("Message"),
            "members": members,
        }


class _Raw:
    """A body that is still to come, as urllib3 has it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None:
        pass


def _answer(operation: str, answer: httpx.Response, body: Any) -> dict[str, Any]:
    return {
        "status_code": answer.status_code,
        "headers": HeadersDict(answer.headers.items()),
        "body": body,
        "context": {"operation_name": operation},
    }


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
