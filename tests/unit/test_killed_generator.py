# SPDX-License-Identifier: Apache-2.0
"""``heliograph generate``, killed by SIGKILL at each of its calls to the file system.

A process makes the packages of a project once. A fork of it runs the command for each point, and dies before the call
of that number: calls are counted by the interpreter's audit events, and where it has none (sync, close) by hand.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from heliograph_codegen import emit

pytestmark = pytest.mark.once

KILLED = """
    import argparse, os, shutil, signal, sys
    from pathlib import Path
    from heliograph_codegen import emit
    from heliograph_codegen.cli import clients, generate, main

    ROOT, EXCHANGE = Path(sys.argv[1]), sys.argv[2] == "exchange"
    NAMES = ("bell", "clock")
    MODEL = (
        "{{heliograph: 1, service: {name}, version: '2026-01-01', protocol: rest-json, signing: tower,"
        " documentation: {text}, operations: {{{operation}: {{http: POST /ring}}}}}}"
    )
    TABLE = (
        "[[tool.heliograph.client]]\\nmodel = '{0}.yaml'\\npackage = '{0}'\\n"
        "out = 'src'\\ntests = 'tests'\\ndocs = 'docs'\\n"
    )
    AUDITED = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.listdir", "os.scandir", "fcntl.flock")


    def contents(folder):
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


    def parts():
        return {
            name: (contents(ROOT / "src" / name), *(ROOT.joinpath(path).read_bytes() for path in beside(name)))
            for name in NAMES
        }


    def beside(name):
        return f"tests/test_{name}.py", f"docs/{name}.md"


    def models(text, operation):
        for name in NAMES:
            model = MODEL.format(name=name.title(), text=text, operation=operation)
            (ROOT / f"{name}.yaml").write_text(model)


    def die_at(point):
        left = [point]

        def count():
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(function):
            def call(*arguments):
                count()
                return function(*arguments)
            return call

        sys.addaudithook(lambda event, arguments: count() if event in AUDITED else None)
        os.fsync, os.close = counted(os.fsync), counted(os.close)
        emit._swap = counted(emit._swap)


    def run(made, point=None):
        child = os.fork()
        if child == 0:
            clients.made = lambda arguments: iter(made)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if point is not None:
                die_at(point)
            os._exit(generate.run(argparse.Namespace(overwrite=False)))
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


    def look(point, old, new):
        seen = []
        for name in NAMES:
            package = ROOT / "src" / name
            if not package.exists():
                assert not EXCHANGE, f"{point}: {name} is gone"
                package = emit._old(package)
            held = contents(package)
            assert held in (old[name][0], new[name][0]), f"{point}: {name} is a mix"
            files = [ROOT.joinpath(path).read_bytes() for path in beside(name)]
            for at, data in enumerate(files, 1):
                assert data in (old[name][at], new[name][at]), f"{point}: a file beside {name} is torn"
                assert data == old[name][at] or held == new[name][0], f"{point}: a file came before its package"
            seen.append((held == new[name][0], *(data == new[name][at] for at, data in enumerate(files, 1))))
        assert seen[0] == (True,) * 3 or seen[1] == (False,) * 3, f"{point}: the second came before the first"
        return (*seen,)


    os.fsync = lambda handle: None  # a killed process loses nothing that was written; this saves minutes
    if not EXCHANGE:
        emit._swap = lambda first, second: False
    (ROOT / "pyproject.toml").write_text("".join(map(TABLE.format, NAMES)))
    os.chdir(ROOT)
    models("Old.", "Ring")
    assert main(["generate"]) == 0
    OLD, OLD_MADE = parts(), [*clients.made(argparse.Namespace(
        model=None, format=None, protocol=None, endpoint_rules=None, paginators=None, waiters=None, extras=[],
        **dict.fromkeys(("service", "out", "package", "tests", "docs", "operations")),
    ))]
    models("New.", "Toll")
    NEW_MADE = [*clients.made(argparse.Namespace(
        model=None, format=None, protocol=None, endpoint_rules=None, paginators=None, waiters=None, extras=[],
        **dict.fromkeys(("service", "out", "package", "tests", "docs", "operations")),
    ))]
    assert run(NEW_MADE) == 0
    NEW = parts()
    assert all(old != new for name in NAMES for old, new in zip(OLD[name], NEW[name]))
    assert run(OLD_MADE) == 0
    assert parts() == OLD

    states, point = set(), 0
    while (status := run(NEW_MADE, point)) == -signal.SIGKILL:
        states.add(look(point, OLD, NEW))
        assert run(NEW_MADE if point % 3 else OLD_MADE) == 0, f"{point}: the next run failed"
        assert parts() == (NEW if point % 3 else OLD), f"{point}: the next run left a mix"
        for folder in ("src", "tests", "docs"):
            assert not [*(ROOT / folder).glob(".*")], f"{point}: something is left over in {folder}"
        assert run(OLD_MADE) == 0
        point += 1
    assert status == 0, status
    print(point, len(states))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_a_killed_command_leaves_each_package_old_or_new(way: str, tmp_path: Path) -> None:
    if way == "exchange" and not _can_exchange(tmp_path):
        pytest.skip("this system cannot exchange two directories in one step")
    root = tmp_path / "root"
    root.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(root), way],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(emit.__file__).parent.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    points, states = map(int, done.stdout.split()[-2:])
    assert points > 100
    assert states == 7, "old, then for each package in turn: it is new, its test is, its page is"


def _can_exchange(folder: Path) -> bool:
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    return emit._swap(first, second)
