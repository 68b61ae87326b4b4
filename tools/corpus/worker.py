# SPDX-License-Identifier: Apache-2.0
"""What is done for one service: generate, compile, call beside botocore."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx

from corpus.answers import Writer
from corpus.causes import cause_of
from corpus.normal import MEDIA, differences, evened, of_ours
from corpus.oracle import Oracle
from corpus.reduce import reduced
from corpus.values import Values
from heliograph_codegen import features, frontends, ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import package_of
from proof.exchange import Caller
from proof.inputs import smallest
from proof.packages import Made
from proof.values import shown

HOST = "service.test"
EXAMPLES = 3
"""So many examples of each cause are kept."""


@dataclass
class Compared:
    """How many were compared, how many were equal, and why the others were not."""

    seen: int = 0
    equal: int = 0
    causes: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, found: list[tuple[str, Any, Any]]) -> None:
        self.seen += 1
        self.equal += not found
        for place, ours, theirs in found[:1]:
            cause = cause_of(place, ours, theirs)
            self.causes[cause] = self.causes.get(cause, 0) + 1
            examples = self.examples.setdefault(cause, [])
            if len(examples) < EXAMPLES:
                examples.append(f"{what} {place}: ours {ours!r:.150}, botocore's {theirs!r:.150}")


@dataclass
class Outcome:
    """What became of a service."""

    service: str
    protocol: str = ""
    refused: str = ""
    left_out: list[str] = field(default_factory=list)
    operations: int = 0
    lines: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    requests: Compared = field(default_factory=Compared)
    results: Compared = field(default_factory=Compared)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Outcome:
        compared = {name: Compared(**document[name]) for name in ("requests", "results")}
        return cls(**{**document, **compared})


def package_name(service: str) -> str:
    """The import name of a service's package: ``iot-data`` is ``corpus_iot_data``."""
    return "corpus_" + service.replace("-", "_").replace(".", "_")


def process(service: str, out: Path, seed: int, samples: int) -> Outcome:
    """Do all of it for one service; a refusal of the generator is an outcome, not an error."""
    outcome = Outcome(service)
    with _timed(outcome, "load"):
        whole = frontends.load(f"botocore:{service}")
    outcome.protocol = str(whole.service.protocol)
    model, outcome.left_out = reduced(whole)
    if model is None:
        outcome.refused = "; ".join(outcome.left_out)
        return outcome
    outcome.operations = len(model.operations)
    name = package_name(service)
    try:
        with _timed(outcome, "generate"):
            features.supported(model)
            package = package_of(model, name)
    except GenerationError as error:
        outcome.refused = str(error)
        return outcome
    package.write(out, None, None, overwrite=True)
    outcome.lines = sum(content.count(b"\n") for content in package.files.values())
    with _timed(outcome, "compile"):
        for file, content in package.files.items():
            if file.endswith(".py"):
                compile(content, file, "exec")
    if str(out) not in sys.path:
        sys.path.insert(0, str(out))
    made = Made(model, importlib.import_module(name))
    with _timed(outcome, "compare"):
        _compare(service, made, seed, samples, outcome)
    for module in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[module]
    return outcome


@contextmanager
def _timed(outcome: Outcome, stage: str) -> Iterator[None]:
    start = time.process_time()
    try:
        yield
    finally:
        outcome.seconds[stage] = round(time.process_time() - start, 3)


def _compare(service: str, made: Made, seed: int, samples: int, outcome: Outcome) -> None:
    oracle = Oracle(service, outcome.protocol)
    writer = Writer(made.model)
    for operation in made.model.operations.values():
        for sample in range(samples):
            at = f"{seed} {service} {operation.name} {sample}"
            what = f"{service}.{operation.name}"
            outcome.requests.add(what, _request(made, operation, oracle, at))
            outcome.results.add(what, _result(made, operation, oracle, writer, at))


def _request(made: Made, operation: ir.Operation, oracle: Oracle, at: str) -> list[tuple[str, Any, Any]]:
    model = made.model
    params = Values(model, at).structure(operation.input) if operation.input else {}
    media = MEDIA[model.service.protocol]
    try:
        sent = Caller(made, operation.name, endpoint_url=f"https://{HOST}").request("call", params)
        ours = of_ours(sent, media, HOST)
    except Exception as error:
        return [("raised", f"{type(error).__name__}: {error}", "")]
    try:
        theirs = oracle.request(operation.name, params, media)
    except Exception as error:
        return [("botocore raised", "", f"{type(error).__name__}: {error}")]
    return list(differences(*evened(ours, theirs, model, operation)))


def _result(
    made: Made, operation: ir.Operation, oracle: Oracle, writer: Writer, at: str
) -> list[tuple[str, Any, Any]]:
    model = made.model
    values = (
        Values(model, f"answer {at}", is_answer=True).structure(operation.output) if operation.output else {}
    )
    written = writer.answer(operation, values)
    params = smallest(model, operation.input) if operation.input else {}
    answer = httpx.Response(written.status, headers=dict(written.headers), content=written.body)
    try:
        ours = Caller(made, operation.name, endpoint_url=f"https://{HOST}").result("call", params, answer)
    except Exception as error:
        return [("raised", f"{type(error).__name__}: {error}", "")]
    try:
        theirs = oracle.result(operation.name, written.status, written.headers, written.body)
    except Exception as error:
        return [("botocore raised", "", f"{type(error).__name__}: {error}")]
    return list(differences(shown(ours), shown(theirs)))
