# SPDX-License-Identifier: Apache-2.0
"""Small models, one for each thing the generator can make: generated, imported and driven.

Each folder here holds a ``model.yaml`` and the tests of what its package does. The packages are written into
one temporary folder, as ``case_<folder>``; the fixture ``case`` imports the one beside the test.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from heliograph import Credentials
from heliograph_codegen.generate import Package, load, package_of

FOLDER = Path(__file__).parent
MODELS = {path.parent.name: path for path in sorted(FOLDER.glob("*/model.yaml"))}
NAMES = {"dotted_package": "case_dotted.inner.package"}
"""Import names of packages that are not called after their folders."""


class Workshop:
    """Generates the packages of the cases, each once, into one folder."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "packages"
        self.tests = folder / "tests"
        self.docs = folder / "docs"
        for each in (self.out, self.tests, self.docs):
            each.mkdir()
        self._made: dict[str, Package] = {}

    def package(self, case: str) -> Package:
        """The package of a case, which is on disk afterwards."""
        if case not in self._made:
            package = package_of(load(MODELS[case]), NAMES.get(case, f"case_{case}"))
            package.write(self.out, self.tests, self.docs)
            self._made[case] = package
        return self._made[case]

    def all(self) -> list[Package]:
        """The packages of all cases."""
        return [self.package(case) for case in MODELS]


class Case:
    """A package, driven against answers that are at hand.

    Attributes:
        package: The imported package.
        made: What the generator made.
        requests: What was sent, in its order.
        flavour: ``sync`` or ``async``.
    """

    def __init__(self, package: Any, made: Package, flavour: str) -> None:
        self.package = package
        self.made = made
        self.requests: list[httpx.Request] = []
        self.flavour = flavour

    @property
    def no_sleep(self) -> Callable[[float], Any]:
        """A ``sleep`` of the test's flavour that takes no time."""

        async def no_time(seconds: float) -> None:
            pass

        return no_time if self.flavour == "async" else lambda seconds: None

    @property
    def sent(self) -> httpx.Request:
        """The last request."""
        return self.requests[-1]

    @property
    def sent_json(self) -> Any:
        """What the body of the last request says."""
        return json.loads(self.sent.content)

    @property
    def target(self) -> str:
        """Path and query of the last request."""
        return self.sent.url.raw_path.decode()

    def answer(self, status: int = 200, **answer: Any) -> Callable[[httpx.Request], httpx.Response]:
        """A handler of requests that keeps them and answers the same each time."""

        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return httpx.Response(status, **answer)

        return handle

    def client(
        self,
        status: int = 200,
        headers: dict[str, str] | None = None,
        content: bytes = b"",
        json: Any = None,
        **options: Any,
    ) -> Any:
        """A client in the test's flavour whose every request gets this answer; its methods are plain functions."""
        answer: dict[str, Any] = {"headers": headers or {}, "content": content}
        if json is not None:
            answer = {"headers": headers or {}, "json": json}
        transport = httpx.MockTransport(self.answer(status, **answer))
        client = self.real_client(**{"transport": transport, **options})
        return client if self.flavour == "sync" else _Awaited(client)

    def real_client(self, **options: Any) -> Any:
        """A client in the test's flavour, as it is; :meth:`run` gives what its methods return."""
        settings = {
            "region": "eu-west-1",
            "endpoint_url": "https://service.test",
            "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
            "max_attempts": 1,
            **options,
        }
        flavour = self.package.Client if self.flavour == "sync" else self.package.AsyncClient
        return flavour(**settings)

    def run(self, result: Any) -> Any:
        """A result; where it is to be awaited, awaited."""
        return asyncio.run(result) if inspect.iscoroutine(result) else result


class _Awaited:
    """An asynchronous client whose methods wait for their results."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        def call(*arguments: Any, **keywords: Any) -> Any:
            async def run() -> Any:
                return await method(*arguments, **keywords)

            return asyncio.run(run())

        return call


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The packages of all cases; one is generated when it is first asked for."""
    return Workshop(tmp_path_factory.mktemp("cases"))


@pytest.fixture
def imported(
    workshop: Workshop, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, Package]]:
    """The package of the model beside the test, imported for this test alone."""
    made = workshop.package(request.path.parent.name)
    monkeypatch.syspath_prepend(str(workshop.out))
    yield importlib.import_module(made.name), made
    for name in [name for name in sys.modules if name.split(".")[0] == made.name.split(".")[0]]:
        del sys.modules[name]


@pytest.fixture(params=["sync", "async"])
def case(imported: tuple[Any, Package], request: pytest.FixtureRequest) -> Case:
    """The package of the model beside the test, once for each flavour."""
    package, made = imported
    return Case(package, made, request.param)
