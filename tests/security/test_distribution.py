# SPDX-License-Identifier: Apache-2.0
"""What is published, and what it is built with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_constraints_pin_every_version_and_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert len(pinned) > 20
    assert [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []
    assert [line for line in lines if "://" in line or "--index" in line] == []


def test_no_name_pretends_to_be_another_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [project["name"], *project["scripts"]]
    assert [name for name in names if not name.startswith("heliograph")] == []
    assert [name for name in names if name.startswith(("aws-sdk-", "smithy-", "capo-", "boto"))] == []
