# SPDX-License-Identifier: Apache-2.0
"""The same model gives the same bytes, whatever runs the generator, where, and in which order the model was written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest
from ruff.__main__ import find_ruff_bin

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "model" / "kinesis_video_signaling.yaml"
LIBRARIES = Path(jinja2.__file__).parents[1]
"""Where Jinja2 and PyYAML stand; another Python runs them without their compiled parts."""

SCRIPT = """
import hashlib, sys
import yaml
from heliograph_codegen import formatting
from heliograph_codegen.generate import load, package_of

def turned(value):
    if isinstance(value, dict):
        return {key: turned(item) for key, item in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value

source, order, ruff = sys.argv[1:]
formatting._ruff = lambda: ruff
if order == "turned":
    with open(source, encoding="utf-8") as stream:
        source = turned(yaml.safe_load(stream))
made = package_of(load(source), "kinesis_video_signaling")
for name, data in sorted({**made.files, "test": made.test, "page": made.page}.items()):
    print(name, hashlib.sha256(data).hexdigest())
print("manifest", hashlib.sha256(made.manifest.listing(made.files).to_bytes()).hexdigest())
"""


def digests(
    python: str = sys.executable, order: str = "written", folder: Path = ROOT, **environment: str
) -> str:
    """The digests of all files, made by a process of its own."""
    search = os.pathsep.join(map(str, [ROOT / "codegen", ROOT / "runtime", LIBRARIES]))
    done = subprocess.run(
        [python, "-B", "-c", SCRIPT, str(MODEL), order, str(find_ruff_bin())],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": search, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def expected() -> str:
    return digests(PYTHONHASHSEED="1", LC_ALL="C.UTF-8")


def test_a_run_lists_every_file(expected: str) -> None:
    names = [line.split()[0] for line in expected.splitlines()]
    assert {"client.py", "async_client.py", "operations.py", "types.py", "page", "test", "manifest"} < {
        *names
    }


def test_another_hash_seed_locale_and_time_zone_change_nothing(expected: str) -> None:
    assert (
        digests(PYTHONHASHSEED="2", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", TZ="UTC+9")
        == expected
    )


def test_another_order_of_keys_changes_nothing(expected: str) -> None:
    assert digests(order="turned") == expected


def test_another_working_directory_changes_nothing(expected: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 40\n", encoding="utf-8")
    assert digests(folder=tmp_path, RUFF_LINE_LENGTH="40") == expected


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_another_python_changes_nothing(expected: str, version: str) -> None:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        pytest.skip("the Python that runs the tests")
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"no python{version} on the search path")
    assert digests(python) == expected
