# SPDX-License-Identifier: Apache-2.0
"""Models that are too much: the command ends soon, with one line, and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from heliograph_codegen.cli import main
from heliograph_codegen.limits import DEFAULT_LIMITS

HEAD = 'heliograph: 1\nservice: Bell Tower\nversion: "1"\nprotocol: rest-json\nsigning: bell\n'
RING = "operations: {Ring: {http: POST /ring, input: {Tone: Tone}}}\n"


def _many_values(file: Path) -> None:
    values = ", ".join(f"tone {number}" for number in range(10_000))
    file.write_text(f"{HEAD}{RING}shapes: {{Tone: {{enum: [{values}]}}}}\n", encoding="utf-8")


def _aliases(file: Path) -> None:
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    file.write_text(HEAD + "a0: &a0 [x]\n" + levels, encoding="utf-8")


def _ten_megabytes_of_aliases(file: Path) -> None:
    file.write_text(f"{HEAD}documentation: &a x\nerrors: [{'*a, ' * 2_500_000}]\n", encoding="utf-8")


def _deep(opening: str, closing: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.write_text(f"{HEAD}errors: {opening * 5000}{closing * 5000}\n", encoding="utf-8")

    return write


def _long_text(file: Path) -> None:
    file.write_text(f"{HEAD}documentation: {'x' * 1_000_000}\n", encoding="utf-8")


def _long_key(file: Path) -> None:
    file.write_text(f"{HEAD}? {'x' * 1_000_000}\n: y\n", encoding="utf-8")


def _long_number(file: Path) -> None:
    file.write_text(f"{HEAD}status: {'9' * 1_000_000}\n", encoding="utf-8")


def _too_large(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(DEFAULT_LIMITS.file_bytes + 1)


def _random_bytes(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 4000)


CASES = {
    "aliases that multiply": (_aliases, "anchor"),
    "10 MB of aliases": (_ten_megabytes_of_aliases, "anchor|alias"),
    "5,000 lists in lists": (_deep("[", "]"), "nesting"),
    "5,000 mappings in mappings": (_deep("{a: ", "}"), "nesting"),
    "a text of 1 MB": (_long_text, "characters in a text"),
    "a key of 1 MB": (_long_key, "YAML|characters in a"),
    "a number of 1 MB": (_long_number, "too long|characters in a"),
    "a file over the cap": (_too_large, "bytes in the file"),
    "no text at all": (_random_bytes, "UTF-8"),
}


@pytest.mark.parametrize(("write", "said"), CASES.values(), ids=CASES)
def test_is_refused_in_one_line(
    write: Callable[[Path], None], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "model.yaml"
    write(file)
    assert generate(file) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err[:-1].isprintable()
    assert re.search(said, captured.err)
    assert [path.name for path in tmp_path.iterdir()] == ["model.yaml"]


def test_ten_thousand_values_are_legal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "model.yaml"
    _many_values(file)
    assert generate(file) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "out" / "bell_tower" / "types.py").read_text(encoding="utf-8").count(
        '"tone '
    ) == 10_000


def generate(file: Path) -> int:
    folder = file.parent
    beside = ["--tests", f"{folder}/tests", "--docs", f"{folder}/docs"]
    return main(["generate", str(file), "--out", f"{folder}/out", "--package", "bell_tower", *beside])
