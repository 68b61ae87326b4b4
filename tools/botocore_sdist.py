# SPDX-License-Identifier: Apache-2.0
"""Fetch botocore's source distribution, which carries published cases that its wheel does not, and print its folder.

The version is that of constraints.txt. It is kept in the folder given as the only argument and fetched once.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pinned(name: str) -> str:
    """The version that constraints.txt pins."""
    found = re.search(rf"^{name}==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    if found is None:
        raise SystemExit(f"constraints.txt pins no {name}; run: nox -s constraints")
    return found[1]


def fetch(cache: Path) -> Path:
    """The unpacked distribution, complete: it is moved to its place when all of it is there."""
    name = f"botocore-{pinned('botocore')}"
    place = cache / name
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=cache) as folder:
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:")
        subprocess.run([*pip, "--dest", folder, name.replace("-", "==")], check=True, stdout=sys.stderr)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")  # nothing outside of the folder, no devices, no links out
        Path(folder, name).rename(place)
    return place


if __name__ == "__main__":
    print(fetch(Path(sys.argv[1]).resolve()))
