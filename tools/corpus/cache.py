# SPDX-License-Identifier: Apache-2.0
"""What was found out about a service, and holds as long as nothing changes on which it depends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import botocore

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(botocore.__file__).parent / "data"

GENERATOR = "codegen/heliograph_codegen"
RUNTIME = "runtime/heliograph"
CHECKS = ("tools/corpus", "tests/proof")


def model_size(service: str) -> int:
    """Bytes of a service's models, to begin with the longest."""
    return sum(path.stat().st_size for path in (DATA / service).rglob("service-2.json*"))


def sources_digest(*folders: str) -> str:
    """Digest of all files below folders of this repository."""
    return _digest(
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    )


@lru_cache(maxsize=16)
def model_digest(service: str) -> str:
    """Digest of all that botocore has on a service."""
    return _digest(sorted((DATA / service).rglob("*.json*")))


def files_digest(folder: Path) -> str:
    """Digest of a package on the disk."""
    return _digest(sorted(folder.glob("*.py")))


def _digest(paths: Any) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Cache:
    """Documents by service, one file each.

    Attributes:
        folder: Where they are.
        common: All that they depend on besides the key of the service.
    """

    folder: Path
    common: str

    def get(self, service: str, key: str) -> dict[str, Any] | None:
        """The document of an earlier run; None if there is none, or something has changed."""
        path = self.folder / f"{service}.json"
        if not path.is_file():
            return None
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        document: dict[str, Any] = kept["document"]
        return document if kept["key"] == self._key(key) else None

    def put(self, service: str, key: str, document: Mapping[str, Any]) -> None:
        """Keep a document."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": self._key(key), "document": document})
        (self.folder / f"{service}.json").write_text(text, encoding="utf-8")

    def _key(self, key: str) -> str:
        return hashlib.sha256(f"{self.common} {key}".encode()).hexdigest()
