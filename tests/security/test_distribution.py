# SPDX-License-Identifier: Apache-2.0
"""What is published, and what it is built with."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_constraints_pin_every_version_and_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert len(pinned) > 20
    assert [line for line in pinned if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)] == []
    assert [line for line in lines if "://" in line or "--index" in line] == []


def hashes() -> dict[str, list[str]]:
    """The hashes of the files of each version, as hashes.txt has them."""
    blocks = re.split(r"(?<!\\)\n", (ROOT / "hashes.txt").read_text("utf-8").strip())
    return {block.split()[0].lower(): re.findall(r"--hash=(\S+)", block) for block in blocks}


def test_the_files_of_every_version_are_pinned_by_their_hashes() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").lower().splitlines()
    found = hashes()
    assert {name.replace("_", "-") for name in found} == {
        line.replace("_", "-") for line in lines if line and not line.startswith("#")
    }
    assert [name for name, each in found.items() if not each] == []
    assert [
        one for each in found.values() for one in each if not re.fullmatch(r"sha256:[0-9a-f]{64}", one)
    ] == []


def test_hashes_name_no_host_and_nothing_else() -> None:
    text = (ROOT / "hashes.txt").read_text("utf-8")
    assert re.sub(r"(?m)^\S+==\S+ \\$|^    --hash=sha256:[0-9a-f]{64}( \\)?$|\n", "", text) == ""
    assert "://" not in text


def test_sessions_install_files_with_known_hashes_alone() -> None:
    """But the one that looks for new versions, and the one that installs the project from here."""
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    calls = {
        function.name: [
            [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "session.install"
        ]
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
    }
    assert {name: each for name, each in calls.items() if each} == {
        "install": [["--quiet", "--constraint", "hashes.txt"]],
        "install_project": [["--quiet", "--no-deps", "--no-build-isolation", "--editable", "."]],
        "constraints": [["--quiet", "--upgrade", "-e", ".[dev,servers]"]],
        "hashes": [["--quiet", "uv"]],
    }


@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this environment has no pip")
@pytest.mark.parametrize("is_changed", [False, True])
def test_a_file_that_was_exchanged_is_not_installed(is_changed: bool, tmp_path: Path) -> None:
    wheel = tmp_path / "tiny_thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("tiny_thing.py", "")
        file.writestr(
            "tiny_thing-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n"
        )
        file.writestr(
            "tiny_thing-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr("tiny_thing-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes() + b"x" * is_changed).hexdigest()
    (tmp_path / "hashes.txt").write_text(f"tiny-thing==1.0 --hash=sha256:{digest}\n")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--no-index", "--find-links", str(tmp_path),
         "--target", str(tmp_path / "out"), "--constraint", str(tmp_path / "hashes.txt"), "tiny-thing"],
        capture_output=True, text=True, check=False, env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
    )  # fmt: skip
    assert (done.returncode != 0) == is_changed, done.stderr
    assert (tmp_path / "out" / "tiny_thing.py").exists() != is_changed
    assert ("DO NOT MATCH THE HASHES" in done.stderr) == is_changed


def test_no_name_pretends_to_be_another_s() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [project["name"], *project["scripts"]]
    assert [name for name in names if not name.startswith("heliograph")] == []
    assert [name for name in names if name.startswith(("aws-sdk-", "smithy-", "capo-", "boto"))] == []
