# SPDX-License-Identifier: Apache-2.0
"""Long work shows how far it is, and an interrupted one ends in one line with every package whole."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import emit
from heliograph_codegen.cli.progress import Progress

MODEL = """\
heliograph: 1
service: {name}
version: "2026-01-01"
protocol: rest-json
signing: belltower
documentation: {text}
operations:
  Ring: {{http: POST /ring}}
"""
PACKAGES = ("bell", "clock")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("TERM", raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    return Terminal()


def clock(*times: float) -> Callable[[], float]:
    ticks = iter(times)
    return lambda: next(ticks)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tables = [
        f"[[tool.heliograph.client]]\nmodel = '{name}.yaml'\npackage = '{name}'\nout = 'src'\ntests = 'tests'\n"
        for name in PACKAGES
    ]
    (tmp_path / "pyproject.toml").write_text("\n".join(tables))
    monkeypatch.chdir(tmp_path)
    write_models(tmp_path, "Old.")
    return tmp_path


def write_models(folder: Path, text: str) -> None:
    for name in PACKAGES:
        (folder / f"{name}.yaml").write_text(MODEL.format(name=name.title(), text=text))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- The bar


def test_a_terminal_shows_one_line_that_goes_away(terminal: Terminal) -> None:
    with Progress(4, terminal, clock(0, 1, 2, 3)) as progress:
        for name in ("one", "two", "three", "four"):
            progress.step(name)
    drawn = terminal.getvalue().split("\r\x1b[K")
    assert drawn == [
        "",
        "[........................] 1/4 one",
        "[######..................] 2/4 two",
        "[############............] 3/4 three",
        "[##################......] 4/4 four",
        "",
    ]


def test_the_bar_is_drawn_ten_times_a_second_at_most(terminal: Terminal) -> None:
    with Progress(1000, terminal, clock(*(at / 1000 for at in range(1000)))) as progress:
        for _ in range(1000):
            progress.step("x")
    assert terminal.getvalue().count("x") <= 11


def test_the_bar_is_no_wider_than_the_terminal_and_holds_no_controls(terminal: Terminal) -> None:
    with Progress(1, terminal, clock(0)) as progress:
        progress.step("\x1b[2J" + "y" * 200)
    (line,) = [each for each in terminal.getvalue().split("\r\x1b[K") if each]
    assert len(line) == 59
    assert line.isprintable()


def test_the_bar_goes_away_however_the_work_ends(terminal: Terminal) -> None:
    progress = Progress(2, terminal, clock(0))
    progress.step("one")
    with pytest.raises(RuntimeError), progress:
        raise RuntimeError
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_warning_takes_the_place_of_the_bar(terminal: Terminal) -> None:
    with Progress(2, terminal, clock(0)) as progress:
        progress.step("one")
        progress.warn("careful")
    assert terminal.getvalue().endswith("1/2 one\r\x1b[Kwarning: careful\n")


@pytest.mark.parametrize(("total", "said"), [(1, ""), (2, "[1/2] one\n")])
def test_elsewhere_there_are_plain_lines_if_there_is_more_than_one(
    total: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress(total) as progress:
        progress.step("one")
    assert capsys.readouterr().err == said


def test_results_and_progress_are_two_streams(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert heliograph(["generate"]) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == ["[1/2] bell", "[2/2] clock"]
    assert [line.partition(",")[0] for line in said.out.splitlines()] == ["bell: written", "clock: written"]
    assert heliograph(["check"]) == 0
    assert capsys.readouterr().out.splitlines() == ["bell: up to date", "clock: up to date"]


# --- Ctrl-C


def interrupted_at(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk take a while at this call, and somebody lose patience."""
    left = [call]
    fsync = os.fsync

    def impatient(handle: int) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        fsync(handle)

    monkeypatch.setattr(emit.os, "fsync", impatient)


@pytest.mark.parametrize("call", [1, 8, 9, 10, 11, 12, 13, 20])
def test_an_interrupt_while_writing_leaves_each_package_whole(
    call: int, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert heliograph(["generate"]) == 0
    old = {name: contents(project / "src" / name) for name in PACKAGES}
    write_models(project, "New.")
    capsys.readouterr()
    with monkeypatch.context() as patched:
        interrupted_at(call, patched)
        assert heliograph(["generate"]) == 130
    assert capsys.readouterr().err.splitlines()[2:] == ["heliograph generate: interrupted"]
    left = {name: contents(project / "src" / name) for name in PACKAGES}
    assert heliograph(["generate"]) == 0
    new = {name: contents(project / "src" / name) for name in PACKAGES}
    assert all(left[name] in (old[name], new[name]) for name in PACKAGES)
    assert {path.name for path in (project / "src").iterdir()} == set(PACKAGES)
    assert heliograph(["check"]) == 0


def test_an_interrupt_while_making_writes_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def impatient(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("heliograph_codegen.cli.clients.package_of", impatient)
    assert heliograph(["generate"]) == 130
    assert capsys.readouterr().err.splitlines() == ["[1/2] bell", "heliograph generate: interrupted"]
    assert not (project / "src").exists()
