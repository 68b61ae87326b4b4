# SPDX-License-Identifier: Apache-2.0
"""What every test may use."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(Path(__file__).parent))  # for the package proof, which stands beside this
os.environ.setdefault(
    "AWS_EC2_METADATA_DISABLED", "true"
)  # no test asks the machine that it runs on for its role
pytest.register_assert_rewrite("proof")
settings.register_profile(
    "busy", deadline=None
)  # how long an example takes says more of the machine than of the code
settings.load_profile("busy")


def pytest_configure(config: pytest.Config) -> None:
    """What this run says is searched for secrets, and event loops are watched for what blocks them."""
    import canary
    import loopwatch

    canary.install(config)
    loopwatch.install(config)


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests run on asyncio, the loop the runtime supports."""
    return "asyncio"


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of published conformance data, where the environment names one."""
    folder = os.environ.get("HELIOGRAPH_SUITES")
    if not folder:
        pytest.skip("no conformance data: set HELIOGRAPH_SUITES to the folder that holds it")
    assert Path(folder).is_dir(), f"HELIOGRAPH_SUITES names {folder}, which is not a folder"
    return Path(folder)


@pytest.fixture(scope="session")
def endpoint_rules() -> Callable[[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Compile a rule set and run the source. What it gives answers parameters as published cases put it."""
    from heliograph import endpoints, errors, partitions, rules
    from heliograph_codegen.endpoint_rules import compile_rules

    def outcomes(document: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        compiled = compile_rules(document, "rules.json")
        homes = (rules, partitions, endpoints, errors)
        names: dict[str, Any] = {
            name: next(vars(home)[name] for home in homes if name in vars(home)) for name in compiled.imports
        }
        source = f"from __future__ import annotations\n{compiled.source}"
        exec(compile(source, "rules.py", "exec"), names)  # noqa: S102  the generator's own output

        def outcome(params: dict[str, Any]) -> dict[str, Any]:
            try:
                endpoint = names["resolve_endpoint"](**params)
            except errors.EndpointError as error:
                return {"error": str(error)}
            parts = {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}
            return {"endpoint": {name: value for name, value in parts.items() if value}}

        return outcome

    return outcomes
