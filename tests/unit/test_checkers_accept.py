# SPDX-License-Identifier: Apache-2.0
"""mypy and pyright, strict, have nothing to say of what is generated: every case, and a structure of many members."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import heliograph
from heliograph_codegen.generate import generate

pytestmark = pytest.mark.once

CASES = Path(__file__).parents[1] / "cases"
RUNTIME = str(Path(str(heliograph.__file__)).parents[1])
MEMBERS = 300
"""More than pyright looks at of a tuple that it infers."""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package of each model, dotted names left out, which are a folder deep."""
    folder = tmp_path_factory.mktemp("packages")
    wide = folder / "wide.yaml"
    members = "".join(f"      Member{number}: string\n" for number in range(MEMBERS))
    wide.write_text(
        'heliograph: 1\nservice: Wide\nversion: "2020-01-01"\nprotocol: json\nendpoint: {prefix: wide}\n'
        f"operations:\n  Get:\n    output:\n{members}"
    )
    for model in [*sorted(CASES.glob("*/model.yaml")), wide]:
        name = "wide" if model is wide else model.parent.name
        generate(model, folder / "out", package=f"made_{name}")
    return folder / "out"


def complaints(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "MYPYPATH": RUNTIME, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_mypy_accepts_every_package(packages: Path) -> None:
    names = [part for each in sorted(packages.iterdir()) for part in ("-p", each.name)]
    options = ["--strict", "--warn-unreachable", "--config-file=", "--cache-dir=/dev/null"]
    assert complaints(["mypy", *options, *names], packages) == ""


def test_pyright_accepts_every_package(packages: Path) -> None:
    settings = {"typeCheckingMode": "strict", "extraPaths": [RUNTIME]}
    (packages / "pyrightconfig.json").write_text(json.dumps(settings))
    assert complaints(["pyright", "--pythonpath", sys.executable, "-p", "."], packages) == ""
