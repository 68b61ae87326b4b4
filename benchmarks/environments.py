# SPDX-License-Identifier: Apache-2.0
"""A virtualenv for each peer, with nothing in it but the peer and what it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

INSTALLED = {
    "boto3": ("--requirement", str(HERE / "requirements-boto3.txt")),
    "aiobotocore": ("--requirement", str(HERE / "requirements-aiobotocore.txt")),
    "capo": ("--requirement", str(HERE / "requirements-capo.txt")),
    "heliograph": ("--constraint", str(ROOT / "constraints.txt"), str(ROOT)),
}
"""What pip installs for a peer. Hand-written httpx shares heliograph's environment, whose signer it uses."""
PEERS = ("boto3", "aiobotocore", "httpx", "capo", "heliograph")

_VERSIONS = """
import json
from importlib.metadata import distributions
print(json.dumps({d.metadata["Name"]: d.version for d in distributions()}))
"""


class Environment:
    """Where a peer lives: its interpreter and, where it was made here, the folder of its packages."""

    def __init__(self, python: Path, packages: Path | None = None) -> None:
        self.python = python
        self._packages = packages

    def installed_bytes(self) -> int | None:
        """The bytes of all files that were installed, bytecode apart; ``None`` for an interpreter that was given."""
        if self._packages is None:
            return None
        files = (path for path in self._packages.rglob("*") if path.is_file() and path.suffix != ".pyc")
        return sum(path.stat().st_size for path in files)

    def versions(self) -> dict[str, str]:
        """The versions of everything in it."""
        answer = subprocess.run(
            [self.python, "-c", _VERSIONS],
            env=child_variables(),
            capture_output=True,
            check=True,
            text=True,
        )
        versions: dict[str, str] = json.loads(answer.stdout)
        return dict(sorted(versions.items(), key=lambda item: item[0].lower()))


def environments(names: set[str], folder: Path, given: dict[str, Path]) -> dict[str, Environment]:
    """The environments of the named peers: those given, and the others made in ``folder``.

    A peer's environment that ``folder`` has from an earlier run is used again if it was made from the same
    requirements; heliograph's is made anew each time.
    """
    made: dict[str, Environment] = {}
    for name in PEERS:
        home = "heliograph" if name == "httpx" and name not in given else name
        if name not in names:
            continue
        if name in given:
            made[name] = Environment(given[name])
        elif home in made:
            made[name] = made[home]
        elif home in given:
            made[name] = Environment(given[home])
        else:
            made[name] = _environment(folder / home, INSTALLED[home], again=home == "heliograph")
    return made


def _environment(home: Path, arguments: tuple[str, ...], *, again: bool) -> Environment:
    python = home / "bin" / "python"
    stamp = home / "requirements"
    wanted = "\n".join([sys.version, *arguments, Path(arguments[1]).read_text(encoding="utf-8")])
    if again or not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {home.name}", file=sys.stderr, flush=True)
        venv.create(home, clear=True, symlinks=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", *arguments]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted, encoding="utf-8")
    (packages,) = home.glob("lib/*/site-packages")
    return Environment(python, packages)


def child_variables() -> dict[str, str]:
    """The environment variables of everything that is measured: keys to sign with, and none of the caller's settings.

    ``PYTHONPATH`` alone is passed on, for the interpreters that were given. Bytecode may be written, because a
    program that starts for the second time reads it.
    """
    kept = ("PATH", "PYTHONPATH", "TMPDIR", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(HERE / "children"),  # no configuration files there
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    }
