# SPDX-License-Identifier: Apache-2.0
"""What is done for one service: generate, compile, import, call beside botocore."""

from __future__ import annotations

import importlib
import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from corpus import cache
from corpus.compare import Comparison, Tally
from corpus.plain import published, without_customisations
from heliograph_codegen import frontends, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.formatting import formatter_version
from heliograph_codegen.generate import package_of
from proof.packages import Made

SIDES = ("requests", "results", "errors")
"""What is compared."""


@dataclass
class Making:
    """What became of a service's package.

    Attributes:
        refused: Why the generator does not make it; empty where it does.
        lines: Lines of its package, tests and reference page left out.
        seconds: CPU time by stage, that of the formatter included.
        was_made: By an earlier run.
    """

    protocol: str = ""
    refused: str = ""
    operations: int = 0
    lines: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    was_made: bool = False


@dataclass
class Outcome:
    """What became of a service: its package, and what it says beside botocore."""

    service: str
    made: Making
    tallies: Mapping[str, Tally]
    seconds: float = 0.0


@dataclass(frozen=True)
class Task:
    """What to do for each service.

    Attributes:
        folder: Where packages and outcomes are kept.
        generator: Digest of all that a package depends on but its model.
        checks: Digest of all that a comparison depends on besides.
        seed, samples: Which random calls, and how many of each operation.
    """

    folder: Path
    generator: str
    checks: str
    seed: int
    samples: int

    @classmethod
    def here(cls, folder: Path, seed: int, samples: int) -> Task:
        """The task for the sources as they are."""
        generator = f"{cache.sources_digest(cache.GENERATOR)} {formatter_version()}"
        return cls(folder, generator, cache.sources_digest(cache.RUNTIME, *cache.CHECKS), seed, samples)


def package_name(service: str) -> str:
    """The import name of a service's package: ``iot-data`` is ``corpus_iot_data``."""
    return "corpus_" + service.replace("-", "_").replace(".", "_")


def make(service: str, task: Task) -> Making:
    """Make a service's package, or find it made; a refusal of the generator is an outcome, not an error."""
    key = cache.model_digest(service)
    kept = cache.Cache(task.folder / "made", task.generator)
    out = task.folder / "packages"
    document = kept.get(service, key)
    if document is not None and (document["refused"] or (out / package_name(service)).is_dir()):
        return Making(**{**document, "was_made": True})
    making = _make(service, out)
    kept.put(service, key, asdict(making))
    return making


def compare(service: str, making: Making, task: Task) -> Outcome:
    """Call a package beside botocore, or find it called."""
    if making.refused:
        return Outcome(service, making, {})
    key = cache.model_digest(service)
    kept = cache.Cache(task.folder / "compared", f"{task.generator} {task.checks} {task.seed} {task.samples}")
    document = kept.get(service, key)
    if document is None:
        document = _compare(service, task)
        kept.put(service, key, document)
    tallies = {side: Tally(**document[side]) for side in SIDES}
    return Outcome(service, making, tallies, document["seconds"])


def _make(service: str, out: Path) -> Making:
    making = Making()
    try:
        with _timed(making.seconds, "load"):
            model = frontends.load(f"botocore:{service}")
            making.protocol = str(model.service.protocol)
            passes.supported(model)
        with _timed(making.seconds, "generate"):
            package = package_of(model, package_name(service), with_test=False, with_page=False)
    except GenerationError as error:
        making.refused = str(error)
        return making
    making.operations = len(model.operations)
    making.lines = sum(content.count(b"\n") for content in package.files.values())
    with _timed(making.seconds, "write"):
        package.write(out, None, None, overwrite=True)
    with _timed(making.seconds, "compile"):
        for file, content in package.files.items():
            if file.endswith(".py"):
                compile(content, file, "exec")
    return making


def _compare(service: str, task: Task) -> dict[str, Any]:
    name = package_name(service)
    seconds: dict[str, float] = {}
    with _timed(seconds, "compare"):
        customised = frontends.load(f"botocore:{service}")
        model = published(service, customised)
        out = task.folder / "packages"
        if model is not customised:
            out = task.folder / "plain"
            plain = package_of(model, name, is_formatted=False, with_test=False, with_page=False)
            plain.write(out, None, None, overwrite=True)
        with _imported(name, out) as package:
            without_customisations(package)
            comparison = Comparison(service, Made(model, package), task.seed)
            tallies = {side: asdict(comparison.tally(side, task.samples)) for side in SIDES}
    return {**tallies, "seconds": seconds["compare"]}


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = _cpu()
    try:
        yield
    finally:
        seconds[stage] = round(_cpu() - start, 3)


def _cpu() -> float:
    """CPU seconds of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@contextmanager
def _imported(name: str, out: Path) -> Iterator[Any]:
    """A package from a folder, taken out of the interpreter at the end."""
    sys.path.insert(0, str(out))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(out))
        for module in [each for each in sys.modules if each.partition(".")[0] == name]:
            del sys.modules[module]
