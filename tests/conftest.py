# SPDX-License-Identifier: Apache-2.0
"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
