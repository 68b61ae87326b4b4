# SPDX-License-Identifier: Apache-2.0
"""The processes that are measured, and the server they call."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from environments import HERE, child_variables

CHILDREN = HERE / "children"


class Life(NamedTuple):
    """What a process took, from its start to its end."""

    cpu: float
    """Seconds in user and system mode."""
    elapsed: float
    """Seconds."""
    peak: int
    """Bytes of memory, at most; of this process too, since a new process starts with the peak of its parent."""


def whole(python: Path, *arguments: str) -> Life:
    """Run a peer's ``start.py`` to its end."""
    command = [str(python), str(CHILDREN / "start.py"), *arguments]
    started = time.perf_counter()
    child = subprocess.Popen(command, env=child_variables(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    with child.stderr:
        said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    elapsed = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{said.decode(errors='replace')}")
    return Life(usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss * _PEAK_UNIT)


def peak_of_whole(python: Path, *arguments: str) -> int:
    """The peak of a peer's ``start.py``, which must be higher than this process's own."""
    peak = whole(python, *arguments).peak
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT
    if peak <= own:
        raise RuntimeError(f"{' '.join(arguments)} needs less memory than what measures it: {own} bytes")
    return peak


_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


class _Child:
    """A process that answers lines with lines, until its input ends."""

    def __init__(self, python: Path, *arguments: str) -> None:
        self._name = " ".join(arguments)
        self._process = subprocess.Popen(
            [str(python), *arguments],
            cwd=CHILDREN,
            env=child_variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended with status {self._process.wait()}; see above")
        return line

    def write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")

    def close(self) -> None:
        self._process.communicate()


class Server(_Child):
    """The service on loopback; ``urls`` by scheme, and the file of the authority that signed its certificate."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = folder / "ca.pem"
        super().__init__(Path(sys.executable), "server.py", str(self.ca_file))
        self.urls: dict[str, str] = json.loads(self.read())


class Worker(_Child):
    """A warm peer that measures one thing over and over."""

    def __init__(self, python: Path, peer: str, kind: str, arguments: dict[str, Any]) -> None:
        super().__init__(python, "worker.py", peer, kind, json.dumps(arguments))
        self.read()

    def measure(self) -> float:
        self.write("")
        return float(self.read())
