# SPDX-License-Identifier: Apache-2.0
"""The benchmarks run: every kind of measurement once, and nothing about how fast anything is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import heliograph
import kinesis_video_signaling

RUN = Path(__file__).resolve().parents[2] / "benchmarks" / "run.py"
ROWS = ("start", "first-https", "sync", "async-16", "sign", "endpoint", "decode-1000")

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="the benchmarks need a Unix system")


def test_a_tiny_round_of_heliograph_and_httpx(tmp_path: Path) -> None:
    roots = {Path(package.__path__[0]).parent for package in (heliograph, kinesis_video_signaling)}
    written = tmp_path / "figures.json"
    run = subprocess.run(
        [
            sys.executable,
            RUN,
            "--quick",
            "--rounds=1",
            f"--only={','.join(ROWS)}",
            "--peers=httpx",
            f"--python=heliograph={sys.executable}",
            f"--json={written}",
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    rows = json.loads(written.read_text(encoding="utf-8"))["rows"]
    assert tuple(row["name"] for row in rows) == ROWS
    for row in rows:
        figures = row["figures"]
        assert "heliograph" in figures
        assert all(figure > 0 for peer in figures.values() for figure in peer["all"])
        assert f"| {row['name']} |" in run.stdout
    assert {"httpx", "heliograph"} == {peer for row in rows for peer in row["figures"]}


def test_an_unknown_row_is_refused() -> None:
    run = subprocess.run([sys.executable, RUN, "--only=speed"], capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "speed: choose from start" in run.stderr
