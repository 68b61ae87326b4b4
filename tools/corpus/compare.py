# SPDX-License-Identifier: Apache-2.0
"""One service's calls beside botocore's: requests of random inputs, results of random answers, errors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from corpus.answers import Writer, Written
from corpus.causes import cause_of
from corpus.normal import MEDIA, differences, of_ours
from corpus.oracle import Oracle
from corpus.rules import evened_errors, evened_requests, evened_results
from corpus.values import Values, heights
from heliograph.generated import EventStream
from heliograph_codegen import ir
from proof.exchange import Caller
from proof.inputs import smallest
from proof.packages import Made
from proof.values import shown

HOST = "service.test"
EXAMPLES = 3
"""So many examples of each cause are kept."""

Difference = tuple[str, Any, Any]


@dataclass
class Tally:
    """How many were compared, how many were equal, and why the others were not.

    Attributes:
        rules: How often each rule evened out a difference; such a pair is equal.
        causes: How often each cause was the first difference that no rule evens out.
    """

    seen: int = 0
    equal: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, found: list[Difference], rules: list[str]) -> None:
        self.seen += 1
        self.equal += not found
        for rule in rules:
            self.rules[rule] = self.rules.get(rule, 0) + 1
        for place, ours, theirs in found[:1]:
            cause = cause_of(place, ours, theirs)
            self.causes[cause] = self.causes.get(cause, 0) + 1
            examples = self.examples.setdefault(cause, [])
            if len(examples) < EXAMPLES:
                examples.append(f"{what} {place}: ours {ours!r:.150}, botocore's {theirs!r:.150}")


class Comparison:
    """Compares one package.

    Args:
        service: Its name in botocore.
        made: The package, without customisations.
        seed: Equal seeds give equal calls.
    """

    def __init__(self, service: str, made: Made, seed: int) -> None:
        self._service, self._made, self._seed = service, made, seed
        self._model = made.model
        self._oracle = Oracle(service, str(made.model.service.protocol))
        self._writer = Writer(made.model)
        self._heights = heights(made.model)

    def tally(self, side: str, samples: int) -> Tally:
        """Compare the ``requests``, ``results`` or ``errors`` of all operations, so many random ones of each."""
        tally = Tally()
        compare = {"requests": self._request, "results": self._result, "errors": self._error}[side]
        for operation in self._model.operations.values():
            what = f"{self._service}.{operation.name}"
            for sample in range(samples):
                rules: list[str] = []
                for found in compare(operation, f"{self._seed} {what} {sample}", rules):
                    tally.add(what, found, rules)
        return tally

    def _request(self, operation: ir.Operation, at: str, rules: list[str]) -> Iterator[list[Difference]]:
        model = self._model
        params = Values(model, at, self._heights).structure(operation.input) if operation.input else {}
        media = MEDIA[model.service.protocol]
        sends = model.structure(operation.input).members.values() if operation.input else ()
        events = next((each.name for each in sends if model.has_events(each)), None)
        if events is not None:
            params[events] = []  # botocore has no such operations: what comes before the events is compared
        try:
            sent = self._caller(operation).request("call", params)
            ours = replace(of_ours(sent, media, HOST), body=b"") if events else of_ours(sent, media, HOST)
        except Exception as error:
            yield [("raised", f"{type(error).__name__}: {error}", "")]
            return
        if events is not None:
            del params[events]
        try:
            theirs = self._oracle.request(operation.name, params, media)
        except Exception as error:
            yield [("botocore raised", "", f"{type(error).__name__}: {error}")]
            return
        if events:
            theirs = replace(theirs, body=b"")
        yield list(differences(*evened_requests(ours, theirs, model, operation, rules)))

    def _result(self, operation: ir.Operation, at: str, rules: list[str]) -> Iterator[list[Difference]]:
        values = Values(self._model, f"answer {at}", self._heights, is_answer=True)
        members = values.structure(operation.output) if operation.output else {}
        answer = _response(self._writer.answer(operation, members))
        try:
            ours = self._caller(operation).result("call", self._smallest(operation), answer)
            ours = {name: self._heard(value) for name, value in ours.items()}
        except Exception as error:
            yield [("raised", f"{type(error).__name__}: {error}", "")]
            return
        try:
            theirs = self._oracle.result(operation.name, answer)
        except Exception as error:
            yield [("botocore raised", "", f"{type(error).__name__}: {error}")]
            return
        yield list(
            differences(*evened_results(shown(ours), shown(theirs), self._model, operation.output, rules))
        )

    def _error(self, operation: ir.Operation, at: str, rules: list[str]) -> Iterator[list[Difference]]:
        """One of the operation's modelled errors, where it has any."""
        names = [*operation.errors, *self._model.service.errors]
        if not names:
            return
        shape = self._model.structure(random.Random(at).choice(names))
        members = Values(self._model, f"error {at}", self._heights, is_answer=True).structure(shape.name)
        answer = _response(self._writer.error(shape, members))
        package = self._made.package
        try:
            self._caller(operation).result("call", self._smallest(operation), answer)
        except package.ServiceError as error:
            ours = {"code": error.code, "message": error.message, "members": shown(package.to_dict(error))}
        except Exception as error:
            yield [("raised", f"{type(error).__name__}: {error}", "")]
            return
        else:
            yield [("raised", "nothing", "")]
            return
        try:
            theirs = self._oracle.error(operation.name, answer)
        except Exception as error:
            yield [("botocore raised", "", f"{type(error).__name__}: {error}")]
            return
        theirs = {**theirs, "members": shown(theirs["members"])}
        yield list(differences(*evened_errors(ours, theirs, self._model, shape.name, rules)))

    def _heard(self, value: Any) -> Any:
        """All events of a stream as dicts, and anything else as it is."""
        if not isinstance(value, EventStream):
            return value
        to_dict = self._made.package.to_dict
        return [{name: to_dict(event) for name, event in each.items()} for each in value]

    def _caller(self, operation: ir.Operation) -> Caller:
        return Caller(self._made, operation.name, endpoint_url=f"https://{HOST}", bearer_token="token")

    def _smallest(self, operation: ir.Operation) -> dict[str, Any]:
        return smallest(self._model, operation.input) if operation.input else {}


def _response(written: Written) -> httpx.Response:
    return httpx.Response(written.status, headers=dict(written.headers), content=written.body)
