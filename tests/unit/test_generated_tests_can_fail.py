# SPDX-License-Identifier: Apache-2.0
"""The generated tests find what is wrong in generated code, and follow a model that grows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from heliograph_codegen.generate import Package, generate, load, package_of

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "model" / "kinesis_video_signaling.yaml"
NAME = "kinesis_video_signaling"

DRIVER = """
import contextlib, io, json, os, sys
import pytest

def run(folder):
    for name in [name for name in sys.modules if name.split(".")[0].endswith("kinesis_video_signaling")]:
        del sys.modules[name]
    sys.path.insert(0, folder)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}", "-W", "error"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        status = pytest.main([*options, "--import-mode=importlib", f"{folder}/test_kinesis_video_signaling.py"])
    sys.path.remove(folder)
    return int(status), said.getvalue()[-1500:]

print(json.dumps({os.path.basename(folder): run(folder) for folder in sys.argv[1:]}))
"""


@dataclass(frozen=True)
class Mutation:
    """One change of one line of a package."""

    file: str
    line: int
    """Counted from 0."""

    new: str
    """What stands there instead; may be empty."""

    what: str

    @property
    def id(self) -> str:
        return f"{Path(self.file).stem}-{self.line + 1}-{self.what}"

    def applied(self, package: Package) -> bytes:
        lines = package.files[self.file].decode().split("\n")
        assert lines[self.line] != self.new
        lines[self.line] = self.new
        return "\n".join(lines).encode()


CHANGES = {
    "operations.py": {
        r'( +body\[")(\w+)(".*)': ("wire-name-written", r"\1\2x\3"),
        r"( +)body\[.*": ("member-not-written", r"\1pass"),
        r'(.*get\(")(\w+)("\).*)': ("wire-name-read", r"\1\2x\3"),
        r'( +new\.\w+ = ).*get\("\w+"\).*': ("member-not-read", r"\1None"),
        r'( +"POST)(",)': ("method", r"\1X\2"),
        r'( +"/v1/[\w-]+)(",)': ("path", r"\1x\2"),
    },
    "codec.py": {
        r'(.*get\(")(\w+)("\).*)': ("wire-name-read", r"\1\2x\3"),
        r'( +new\.\w+ = ).*get\("\w+"\).*': ("member-not-read", r"\1None"),
    },
    "types.py": {
        r'(.*\("\w+", ")(\w+)(", (?:True|False), .*)': ("members-wire-name", r"\1\2x\3"),
    },
    "errors.py": {
        r'(.*\("\w+", ")(\w+)(", (?:True|False), .*)': ("members-wire-name", r"\1\2x\3"),
        r'( +")(\w+)(": \w+,)': ("code", r"\1\2x\3"),
        r'( +"\w+": )(?!InvalidArgument)\w+,': ("other-class", r"\1InvalidArgumentException,"),
    },
}


def mutations(package: Package) -> Iterator[Mutation]:
    """Each change of each line that it fits."""
    for file, changes in CHANGES.items():
        lines = package.files[file].decode().split("\n")
        for pattern, (what, new) in changes.items():
            found = [
                Mutation(file, at, match.expand(new), what)
                for at, line in enumerate(lines)
                if (match := re.fullmatch(pattern, line)) is not None
            ]
            assert found, (file, what)
            yield from found


def run_tests(*folders: Path) -> dict[str, tuple[int, str]]:
    """Exit status and last words of the generated tests in each folder, all in one process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "runtime"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, *map(str, folders)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {name: (status, said) for name, (status, said) in json.loads(done.stdout).items()}


def write(package: Package, folder: Path, **changed: bytes) -> Path:
    """The package and its tests in one folder, with some files changed."""
    (folder / NAME).mkdir(parents=True)
    for name, data in package.files.items():
        (folder / NAME / name).write_bytes(changed.get(name.removesuffix(".py"), data))
    (folder / f"test_{NAME}.py").write_bytes(package.test)
    return folder


@pytest.fixture(scope="module")
def package() -> Package:
    return package_of(load(MODEL), NAME)


def test_each_change_of_the_generated_code_fails_its_tests(package: Package, tmp_path: Path) -> None:
    changes = [*mutations(package)]
    folders = [write(package, tmp_path / "unchanged")]
    for each in changes:
        changed = {Path(each.file).stem: each.applied(package)}
        folders.append(write(package, tmp_path / each.id, **changed))
    results = run_tests(*folders)
    assert results.pop("unchanged")[0] == 0
    assert [name for name, (status, _) in results.items() if status != pytest.ExitCode.TESTS_FAILED] == []
    assert len(results) == len(changes) > 40


def test_a_new_optional_member_reaches_clients_page_and_tests(package: Package, tmp_path: Path) -> None:
    model = tmp_path / "model.yaml"
    text = MODEL.read_text(encoding="utf-8")
    before = "      ClientId:\n        type: ClientId\n"
    assert text.count(before) == 1
    member = "      Region:\n        type: string\n        documentation: Where the servers should stand.\n"
    model.write_text(text.replace(before, member + before), encoding="utf-8")
    generate(model, tmp_path, package=NAME, tests=tmp_path, docs=tmp_path)
    after = {
        "client.py": (package.files["client.py"], tmp_path / NAME / "client.py"),
        "async_client.py": (package.files["async_client.py"], tmp_path / NAME / "async_client.py"),
        "operations.py": (package.files["operations.py"], tmp_path / NAME / "operations.py"),
        "the tests": (package.test, tmp_path / f"test_{NAME}.py"),
        "the page": (package.page, tmp_path / f"{NAME}.md"),
    }
    lines = {name: _new_lines(old, new.read_bytes()) for name, (old, new) in after.items()}
    assert [name for name, new in lines.items() if not any("region" in line.lower() for line in new)] == []
    assert any("region: str | None = None" in line for line in lines["client.py"])
    assert lines["client.py"] == lines["async_client.py"]
    [(status, said)] = run_tests(tmp_path).values()
    assert status == 0, said


def _new_lines(old: bytes, new: bytes) -> list[str]:
    known = set(old.decode().split("\n"))
    return [line for line in new.decode().split("\n") if line not in known]
