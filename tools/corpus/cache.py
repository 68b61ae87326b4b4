# SPDX-License-Identifier: Apache-2.0
"""Outcomes that hold as long as nothing changes on which they depend."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import botocore

from corpus.worker import Outcome
from heliograph_codegen.formatting import formatter_version

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("codegen/heliograph_codegen", "runtime/heliograph", "tools/corpus", "tests/proof")
DATA = Path(botocore.__file__).parent / "data"


def model_size(service: str) -> int:
    """Bytes of a service's models, to begin with the longest."""
    return sum(path.stat().st_size for path in (DATA / service).rglob("service-2.json*"))


class Cache:
    """Outcomes by service, under a key of generator, runtime, formatter, model and these checks."""

    def __init__(self, folder: Path, seed: int, samples: int) -> None:
        self._folder = folder / "outcomes"
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(f"{formatter_version()} {seed} {samples}".encode())
        for source in SOURCES:
            for path in sorted((ROOT / source).rglob("*")):
                if path.is_file() and path.suffix != ".pyc":
                    digest.update(path.read_bytes())
        self._common = digest.hexdigest()

    def get(self, service: str) -> Outcome | None:
        """The outcome of an earlier run; None if there is none, or something has changed."""
        path = self._folder / f"{service}.json"
        if not path.is_file():
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
        return Outcome.from_json(document["outcome"]) if document["key"] == self._key(service) else None

    def put(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        document = {"key": self._key(outcome.service), "outcome": outcome.as_json()}
        path = self._folder / f"{outcome.service}.json"
        path.write_text(json.dumps(document), encoding="utf-8")

    def _key(self, service: str) -> str:
        digest = hashlib.sha256(self._common.encode())
        for path in sorted((DATA / service).rglob("*.json*")):
            digest.update(path.read_bytes())
        return digest.hexdigest()
