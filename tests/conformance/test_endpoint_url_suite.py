# SPDX-License-Identifier: Apache-2.0
"""The published cases of configured endpoints: which of code, variables, profile and services section is called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from heliograph_codegen import frontends
from heliograph_codegen.generate import package_of
from heliograph_codegen.prune import prune
from proof.packages import shelf
from proof.suites import Published

OPERATIONS = {"s3": "ListBuckets", "dynamodb": "ListTables"}
COUNT = 39


@pytest.fixture(scope="module")
def packages() -> Iterator[dict[str, Any]]:
    """A package of each service the cases call."""
    with shelf() as opened:
        yield {
            service: opened.put(
                package_of(
                    prune(frontends.load(f"botocore:{service}"), [operation]),
                    f"called_{service}",
                    is_formatted=False,
                )
            )
            for service, operation in OPERATIONS.items()
        }


def sections(case: dict[str, Any], suite: dict[str, Any]) -> str:
    """The configuration file of a case: its profile, and the services section that this names."""
    profile = suite["profiles"][case["profile"]]
    lines = [f"[profile {case['profile']}]", *(f"{name} = {value}" for name, value in profile.items())]
    if "services" in profile:
        lines.append(f"[services {profile['services']}]")
        for service, properties in suite["services"][profile["services"]].items():
            lines += [f"{service} =", *(f"  {name} = {value}" for name, value in properties.items())]
    return "\n".join(lines) + "\n"


def called(flavour: str, package: Any, operation: str, run: Callable[[Any], Any], **options: Any) -> str:
    """Where a call goes."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, content=b"{}" if "dynamodb" in package.__name__ else b"<Result/>")

    options["transport"] = httpx.MockTransport(answer)
    if flavour == "sync":
        package.Client(**options).call(operation)
    else:
        run(package.AsyncClient(**options).call(operation))
    (request,) = sent
    return f"{request.url.scheme}://{request.url.netloc.decode()}"


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_case(
    flavour: str,
    botocore_sdist: Path,
    packages: dict[str, Any],
    published: Published,
    run: Callable[[Any], Any],
    tmp_path: Path,
) -> None:
    path = botocore_sdist / "tests/functional/configured_endpoint_urls/profile-tests.json"
    (suite,) = json.loads(path.read_text(encoding="utf-8"))["testSuites"]
    cases = suite["endpointUrlTests"]
    assert len(cases) == COUNT
    for number, case in enumerate(cases):
        with (
            published(f"botocore/endpoint-urls {flavour}", f"{number} {case['name']}"),
            pytest.MonkeyPatch.context() as patch,
        ):
            file = tmp_path / f"{number}"
            file.write_text(sections(case, suite), encoding="utf-8")
            patch.setenv("AWS_CONFIG_FILE", str(file))
            for name, value in suite["environments"][case["environment"]].items():
                patch.setenv(name, value)
            found = called(
                flavour,
                packages[case["service"]],
                OPERATIONS[case["service"]],
                run,
                profile=case["profile"],
                **suite["client_configs"][case["client_config"]],
            )
            assert found == case["output"]["endpointUrl"]
