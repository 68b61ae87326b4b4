# SPDX-License-Identifier: Apache-2.0
"""Published endpoint cases that name an operation, driven through generated clients: host, headers, whose name signs.

The cases stand in botocore's source distribution: HELIOGRAPH_BOTOCORE_SDIST names the folder of an unpacked one. A
client is made of the operations that the cases call, without what changes nothing in where a call goes.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from heliograph import Credentials, EndpointError, HeliographError
from heliograph_codegen import frontends, ir
from heliograph_codegen.generate import package_of
from heliograph_codegen.prune import prune

CASES = {
    "dynamodb": 178,
    "events": 1,
    "kinesis": 53,
    "opensearchmemory": 4,
    "s3": 215,
    "s3control": 187,
    "sts": 18,
}
"""How many calls the cases of each service make."""

OPTIONS = {
    "AWS::Region": "region",
    "AWS::UseFIPS": "use_fips",
    "AWS::UseDualStack": "use_dualstack",
    "SDK::Endpoint": "endpoint_url",
}
"""The arguments of clients that stand for built-ins; the others go into ``endpoint_params``."""


@pytest.fixture(scope="module")
def sdist() -> Path:
    folder = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not folder:
        pytest.skip("no cases: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution")
    return Path(folder)


def calls_of(sdist: Path, service: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    path = sdist / "tests/functional/endpoint-rules" / service / "endpoint-tests-1.json"
    cases = json.loads(path.read_text())["testCases"]
    return [(case, call) for case in cases for call in case.get("operationInputs", [])]


def plain(model: ir.Model, operations: list[str]) -> ir.Model:
    """The model of these operations, without what the path of a call does not depend on."""
    model = prune(model, operations)
    shapes = {
        name: replace(
            shape, members={key: replace(each, streaming=False) for key, each in shape.members.items()}
        )
        if isinstance(shape, ir.StructureShape)
        else shape
        for name, shape in model.shapes.items()
    }
    kept = {
        name: replace(each, paginator=None, checksum=None, compression=(), examples=())
        for name, each in model.operations.items()
    }
    return replace(model, shapes=shapes, operations=kept, waiters=())


@pytest.fixture
def package(
    request: pytest.FixtureRequest, sdist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    service: str = request.getfixturevalue("service")
    versions = sorted((sdist / "botocore/data" / service).iterdir())
    model = frontends.load(versions[-1] / "service-2.json")
    names = sorted({call["operationName"] for _, call in calls_of(sdist, service)})
    package_of(plain(model, names), f"calls_{service}").write(tmp_path, None, None)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield importlib.import_module(f"calls_{service}")
    for name in [name for name in sys.modules if name.partition(".")[0] == f"calls_{service}"]:
        del sys.modules[name]


def outcome(package: Any, call: dict[str, Any]) -> httpx.Request | str:
    """What is sent for a call, or the text of the endpoint's error."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    built_ins = dict(call["builtInParams"])
    account = built_ins.pop("AWS::Auth::AccountId", None)
    options = {OPTIONS[name]: built_ins.pop(name) for name in [*built_ins] if name in OPTIONS}
    with package.Client(
        credentials=Credentials("AKIDEXAMPLE", "example-secret", None, account),
        transport=httpx.MockTransport(answer),
        endpoint_params={name.rpartition("::")[2]: value for name, value in built_ins.items()},
        inject_host_prefix=False,
        validate_params=False,
        max_attempts=1,
        **options,
    ) as client:
        try:
            client.call(call["operationName"], call.get("operationParams", {}))
        except EndpointError as error:
            return str(error)
        except HeliographError:
            if not sent:
                raise
    return sent[0]


def difference(sent: httpx.Request | str, expected: dict[str, Any]) -> str | None:
    """What is not as it should be."""
    if "error" in expected:
        return None if sent == expected["error"] else f"{sent} instead of the error {expected['error']}"
    endpoint = expected["endpoint"]
    schemes = endpoint.get("properties", {}).get("authSchemes", [{"name": "sigv4"}])
    names = [scheme["name"] for scheme in schemes]
    if "sigv4-s3express" in names:
        return None if "which heliograph cannot make" in str(sent) else f"{sent} instead of a refusal"
    if isinstance(sent, str):
        return f"the error {sent} instead of {endpoint['url']}"
    url = str(sent.url)
    wanted_url = httpx.URL(endpoint["url"])  # whose host is lower-case, as it is sent
    if not f"{url.partition('?')[0]}/".startswith(str(wanted_url).rstrip("/") + "/"):
        return f"{url} instead of {endpoint['url']}"
    for name, values in endpoint.get("headers", {}).items():
        if sent.headers.get(name) != ",".join(values):
            return f"{name}: {sent.headers.get(name)} instead of {values}"
    scheme = schemes[0]
    authorization = sent.headers["authorization"]
    wanted = [f"/{scheme[key]}/" for key in ("signingRegion", "signingName") if key in scheme]
    wanted.append("AWS4-ECDSA-P256-SHA256" if scheme["name"] == "sigv4a" else "AWS4-HMAC-SHA256")
    missing = [text for text in wanted if text not in authorization]
    return f"{authorization} without {missing}" if missing else None


@pytest.mark.parametrize("service", CASES)
def test_calls_go_where_published_cases_say(package: Any, sdist: Path, service: str) -> None:
    calls = calls_of(sdist, service)
    assert len(calls) == CASES[service]
    found = [
        f"{case['documentation']} ({call['operationName']}): {wrong}"
        for case, call in calls
        if (wrong := difference(outcome(package, call), case["expect"])) is not None
    ]
    assert found == []
