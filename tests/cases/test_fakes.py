# SPDX-License-Identifier: Apache-2.0
"""Outputs made by hand for tests, for whatever a model can promise."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from heliograph import Credentials, ParamError, StreamingBody
from heliograph.testing import AsyncFakeTransport, FakeTransport
from heliograph.testing.outputs import checked_members, made_output

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def packages(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Imports the package of a case by its folder."""
    monkeypatch.syspath_prepend(str(workshop.out))
    yield lambda case: importlib.import_module(workshop.package(case).name)
    for name in [name for name in sys.modules if name.startswith("case_")]:
        del sys.modules[name]


def called(flavour: str, package: Any, method: str, answer: Any, use: Any, **arguments: Any) -> Any:
    settings: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://service.test",
        "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
    }
    if flavour == "sync":
        fake = FakeTransport(package).on(method, answer)
        return use[0](getattr(package.Client(transport=fake, **settings), method)(**arguments))

    async def run() -> Any:
        fake = AsyncFakeTransport(package).on(method, answer)
        client = package.AsyncClient(transport=fake, **settings)
        return await use[1](await getattr(client, method)(**arguments))

    return asyncio.run(run())


async def read_async(output: Any) -> bytes:
    async with output.body as body:
        return b"".join([piece async for piece in body.iter_bytes(2)])


def read(output: Any) -> bytes:
    assert isinstance(output.body, StreamingBody)
    with output.body as body:
        return b"".join(body.iter_bytes(2))


async def listened_async(output: Any) -> list[Any]:
    async with output.events as events:
        return [event async for event in events]


def listened(output: Any) -> list[Any]:
    with output.events as events:
        return list(events)


@pytest.mark.parametrize("flavour", ["sync", "async"])
@pytest.mark.parametrize("data", [b"", b"four!"])
def test_a_body_is_read_as_it_comes(data: bytes, flavour: str, packages: Any) -> None:
    answer = {"Body": data, "Kind": "text/plain"}
    assert (
        called(flavour, packages("streaming_output"), "fetch", answer, (read, read_async), name="n") == data
    )


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_events_come_one_after_the_other(flavour: str, packages: Any) -> None:
    events = [{"Word": {"Text": "a"}}, {"Pause": {}}]
    answer = {"Session": "s", "Events": events}
    use = (listened, listened_async)
    assert called(flavour, packages("event_stream_output"), "listen", answer, use, name="n") == events


@pytest.mark.parametrize(
    ("case", "operation", "answer", "text"),
    [
        ("streaming_output", "Fetch", {"Body": "text"}, "Body: expected bytes"),
        (
            "event_stream_output",
            "Listen",
            {"Events": [1]},
            "Events: expected bytes, or a list of one-key dicts",
        ),
        ("streaming_output", "Fetch", {"Size": 1.5}, "Size: expected int, got float"),
    ],
)
def test_what_the_model_does_not_promise_is_refused(
    case: str, operation: str, answer: Any, text: str, packages: Any
) -> None:
    with pytest.raises(ParamError) as caught:
        FakeTransport(packages(case)).on(operation, answer)
    assert str(caught.value).startswith(text)


SAMPLES: dict[str, list[Any]] = {
    "bool": [True],
    "bytes": [b"b"],
    "datetime": [MOMENT],
    "float": [1.5, 2],
    "int": [3],
    "str": ["s"],
    "Decimal": [Decimal("1.5"), 2],
}


def test_every_type_of_every_case_is_known(workshop: Any, packages: Any) -> None:
    """A member takes a value of the type that its annotation says, and none of another."""
    seen: set[str] = set()
    for made in workshop.all():
        package = importlib.import_module(made.name)
        home = package.from_dict.__module__
        shapes = vars(importlib.import_module(home)).get("SHAPES", {})
        for shape, kind in shapes.items():
            for own, hint in getattr(kind.__init__, "__annotations__", {}).items():
                name = hint.partition(" | ")[0]
                for value in SAMPLES.get(name, ()):
                    seen.add(name)
                    structure = kind.__new__(kind)
                    structure.__setstate__({own: value})
                    checked_members(structure)
                    structure.__setstate__({own: object()})
                    with pytest.raises(ParamError, match="expected"):
                        checked_members(structure)
            checked_members(package.from_dict(shape, {}))
        for operation in package.OPERATIONS.values():
            made_output(package, operation, {})
    assert seen == SAMPLES.keys()
