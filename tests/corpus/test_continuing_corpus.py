# SPDX-License-Identifier: Apache-2.0
"""Every paginator, waiter and endpoint path of the installed botocore: compiled, and compared with botocore itself.

Answers are made up of the shapes at random, with a fixed seed. Outputs are stand-ins that hold members as generated
classes do; the code that looks into them is the generated one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from heliograph import ServiceError
from heliograph.generated import Answer, Paginator, all_are, lookup
from heliograph.operation import OperationInfo
from heliograph.pagination import Pages
from heliograph.structure import ABSENT_LIST, ABSENT_MAP, Output, plain
from heliograph_codegen import frontends, ir
from heliograph_codegen.frontends import c2j_files
from heliograph_codegen.jmespath import parse
from heliograph_codegen.jmespath_python import WireNames, compile_path
from heliograph_codegen.pyview import annotations, paginators, waiters
from heliograph_codegen.pyview.names import OUTPUT_NAMES, STRUCTURE_NAMES, class_names, python_names
from heliograph_codegen.pyview.views import ArgumentView
from heliograph_codegen.text import Code, Ident

botocore_paginate = pytest.importorskip(
    "botocore.paginate", reason="the corpus is the installed botocore's models"
)
botocore_waiter = pytest.importorskip("botocore.waiter")
jmespath_exceptions = pytest.importorskip("jmespath.exceptions")

SERVICES = c2j_files.services()
PAGINATORS_AT_LEAST, WAITERS_AT_LEAST = 3_000, 300
counted = {"paginators": 0, "waiters": 0, "decisions": 0, "paths": 0, "paged": 0}


class Corpus:
    """One service's views, and answers in its shapes."""

    def __init__(self, service: str) -> None:
        self.model = model = frontends.load(f"botocore:{service}", warn=lambda line: None)
        shapes = [model.shapes[name] for name in model.closure()]
        named = [each for each in shapes if isinstance(each, ir.StructureShape | ir.EnumShape)]
        classes = class_names((each.name, each.origin, OUTPUT_NAMES) for each in named)
        types = annotations.Annotations(model, classes)
        self._known: dict[str, Mapping[str, Ident]] = {}
        self.paginators = paginators.Paginators(model, types, self.attributes, self._method).views()
        self.waiters = waiters.Waiters(model, self.attributes, self._method).views()
        self.random = random.Random(service)

    def attributes(self, shape: ir.StructureShape) -> Mapping[str, Ident]:
        """The attributes of a structure by member name."""
        if shape.name not in self._known:
            members = [(each.name, each.origin) for each in shape.members.values()]
            self._known[shape.name] = python_names(members, shape.name, STRUCTURE_NAMES)
        return self._known[shape.name]

    def _method(self, operation: ir.Operation) -> paginators.Method:
        params = ArgumentView(Ident("params"), "", Code("Any"), Code("None"))
        return paginators.Method(
            Ident("method"), Ident("OPERATION"), Ident("Output"), lambda names: {}, params
        )

    # Answers

    def answer(self, target: str, mentioned: set[Any], depth: int = 0) -> Any:
        """A value of a shape, with what expressions mention likely to be in it."""
        shape, choose = self.model.shape(target), self.random
        match shape:
            case ir.StructureShape():
                members = [each for each in shape.members.values() if each.name in mentioned or depth < 1]
                if shape.kind is ir.Kind.UNION:
                    members = members[:1]
                return {
                    each.name: self.answer(each.target, mentioned, depth + 1)
                    for each in members
                    if depth < 8 and choose.random() < 0.8
                }
            case ir.ListShape():
                return [self.answer(shape.element, mentioned, depth + 1) for _ in range(choose.randrange(4))]
            case ir.MapShape():
                return {
                    str(number): self.answer(shape.value, mentioned, depth + 1)
                    for number in range(choose.randrange(3))
                }
            case _:
                return self._simple(shape.kind, mentioned)

    def _simple(self, kind: ir.Kind, mentioned: set[Any]) -> Any:
        match kind:
            case ir.Kind.STRING | ir.Kind.ENUM:
                texts = sorted(each for each in mentioned if isinstance(each, str))
                return self.random.choice([*texts, "x", ""])
            case ir.Kind.BOOLEAN:
                return self.random.random() < 0.5
            case ir.Kind.FLOAT | ir.Kind.DOUBLE:
                return 0.5
            case ir.Kind.BIG_DECIMAL:
                return Decimal(1)
            case ir.Kind.TIMESTAMP:
                return datetime(2026, 1, 1, tzinfo=UTC)
            case ir.Kind.BLOB:
                return b"x"
            case ir.Kind.DOCUMENT:
                return {}
            case _:
                return self.random.randrange(3)

    def typed(self, target: str, value: Any) -> Any:
        """The value as a generated package holds it."""
        shape = self.model.shape(target)
        match shape:
            case ir.StructureShape(kind=ir.Kind.STRUCTURE):
                return Held(self, shape, value)
            case ir.StructureShape():
                return {name: self.typed(shape.members[name].target, inner) for name, inner in value.items()}
            case ir.ListShape():
                return [self.typed(shape.element, item) for item in value]
            case ir.MapShape():
                return {key: self.typed(shape.value, item) for key, item in value.items()}
            case _:
                return value


class Held(Output):
    """A structure of any shape."""

    def __init__(self, corpus: Corpus, shape: ir.StructureShape, members: Mapping[str, Any]) -> None:
        self._own = corpus.attributes(shape)
        for member in shape.members.values():
            name = self._own[member.name]
            if member.name in members:
                setattr(self, name, corpus.typed(member.target, members[member.name]))
            elif not member.required:
                kind = corpus.model.shape(member.target).kind
                absent: Any = {ir.Kind.LIST: ABSENT_LIST, ir.Kind.MAP: ABSENT_MAP}.get(kind)
                setattr(self, name, absent)

    def to_dict(self) -> dict[str, Any]:
        values = {name: getattr(self, own, None) for name, own in self._own.items()}
        return {
            name: plain(value)
            for name, value in values.items()
            if value is not None and value is not ABSENT_LIST and value is not ABSENT_MAP
        }


def run(source: str) -> Any:
    return eval(source, {"all_are": all_are, "lookup": lookup})  # noqa: S307  # the source is what is under test


def mentioned(text: str) -> set[Any]:
    """The names and literals of an expression."""
    found: set[Any] = set()
    waiting: list[Any] = [parse(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting += node
        elif hasattr(node, "__dataclass_fields__"):
            values = {name: getattr(node, name) for name in node.__dataclass_fields__}
            found |= {value for name, value in values.items() if name in ("name", "value")}
            waiting += values.values()
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_paths_are_compiled_and_mean_what_they_mean_to_botocore(service: str) -> None:
    corpus = Corpus(service)
    for operation in corpus.model.operations.values():
        for param in operation.input_params:
            assert operation.input is not None
            compile_path(corpus.model, param.path, operation.input, Ident("members"), WireNames())
            counted["paths"] += 1
    paged = [each for each in corpus.model.operations.values() if each.paginator is not None]
    counted["paginators"] += len(paged)
    sample = corpus.random.sample(range(len(paged)), min(3, len(paged)))
    for index in sample:
        compare_pages(corpus, paged[index], corpus.paginators[index])
    for waiter, view in zip(corpus.model.waiters, corpus.waiters, strict=True):
        counted["waiters"] += 1
        compare_decisions(corpus, waiter, view)


def test_there_were_as_many_as_there_should_be() -> None:
    if counted["paginators"] > PAGINATORS_AT_LEAST:  # else a part of the corpus was asked for
        assert counted["waiters"] > WAITERS_AT_LEAST
        assert counted["decisions"] > 20 * counted["waiters"]
        assert counted["paged"] > 500
        assert counted["paths"] >= 5


# --- Pages


def compare_pages(corpus: Corpus, operation: ir.Operation, view: Any) -> None:
    """Both iterate over the same pages, and over as many items of them."""
    paginator = operation.paginator
    assert paginator is not None
    assert operation.output is not None
    names = {
        name
        for path in (*paginator.output_tokens, *paginator.results, paginator.more)
        if path
        for name in mentioned(path)
    }
    answers = [corpus.answer(operation.output, names) for _ in range(4)] + [{}]
    info: Any = OperationInfo(operation.name, method="m", params={}, build=run, read=run)  # type: ignore[arg-type]  # neither is called
    record: Paginator[Any, Any] = Paginator(
        info,
        tokens=run(view.tokens),
        next=run(f"lambda page: {view.next}"),
        items=run(f"lambda page: {view.items}"),
        results=run(view.results) if view.results else (),
    )
    most: list[int | None] = [None, *([1, 3] if "tuple[" not in view.item and view.results else [])]
    for max_items in most:
        ours, theirs = (
            our_pages(corpus, operation, record, answers, max_items),
            their_pages(paginator, answers, max_items),
        )
        assert ours == theirs, (operation.name, max_items)
        counted["paged"] += 1


def our_pages(
    corpus: Corpus,
    operation: ir.Operation,
    record: Paginator[Any, Any],
    answers: list[Any],
    max_items: int | None,
) -> tuple[Any, ...]:
    sent: list[Any] = []
    waiting = iter(answers)

    def call(info: Any, members: dict[str, Any], params: None) -> Any:
        sent.append(plain(dict(members)))
        return corpus.typed(operation.output or "", next(waiting))

    found: Pages[Any, Any] = Pages(call, record, {}, None, max_items, None)
    pages: list[Any] = []
    try:
        for page in found.pages():
            pages.append(page.to_dict())
        ended = "end"
    except Exception as error:
        ended = "twice" if "leads on with the same" in str(error) else repr(error)
    return sent, pages, ended, found.resume_token


def their_pages(paginator: ir.Paginator, answers: list[Any], max_items: int | None) -> tuple[Any, ...]:
    from copy import deepcopy

    sent: list[Any] = []
    waiting = iter(deepcopy(answers))

    def call(**members: Any) -> Any:
        sent.append(dict(members))
        return next(waiting)

    config = {
        "input_token": [*paginator.input_tokens],
        "output_token": [*paginator.output_tokens],
        "result_key": [*paginator.results],
        **({"more_results": paginator.more} if paginator.more else {}),
    }
    found = botocore_paginate.Paginator(call, {**config}, None).paginate(
        PaginationConfig={"MaxItems": max_items}
    )
    pages: list[Any] = []
    try:
        for page in found:
            pages.append(deepcopy(page))
        ended = "end"
    except Exception as error:
        ended = "twice" if "received twice" in str(error) else repr(error)
    return sent, pages, ended, found.resume_token


# --- Waits


def compare_decisions(corpus: Corpus, waiter: ir.Waiter, view: Any) -> None:
    """Each acceptor fits the same answers as botocore's."""
    operation = corpus.model.operations[waiter.operation]
    views = iter([each for run_ in view.acceptors for each in run_])
    names = {name for each in waiter.acceptors if each.path for name in mentioned(each.path)}
    names |= {each.expected for each in waiter.acceptors}
    for acceptor, ours in zip(waiter.acceptors, views, strict=True):
        decide = run(f"lambda answer, output: bool({ours.condition})")
        for output, error in answers_of(corpus, operation, waiter, names):
            theirs = theirs_of(acceptor, output, error)
            if theirs is None:
                continue
            held = (
                None
                if output is None
                else corpus.typed(operation.output or "", output)
                if operation.output
                else Output()
            )
            answer: Answer[Any] = Answer(held, error)
            if held is not None:
                held.response = Status(operation.status)
            found = (held is not None or not ours.in_output) and decide(answer, held)
            assert found is theirs, (waiter.name, acceptor, output, error)
            counted["decisions"] += 1


class Status:
    """What an answer says of its status."""

    def __init__(self, status: int) -> None:
        self.status_code = status


def answers_of(
    corpus: Corpus, operation: ir.Operation, waiter: ir.Waiter, names: set[Any]
) -> Iterator[tuple[Any, ServiceError | None]]:
    for _ in range(12):
        yield (corpus.answer(operation.output, names) if operation.output else {}), None
    for code in [
        "Other",
        *(str(each.expected) for each in waiter.acceptors if each.matcher is ir.Matcher.ERROR),
    ]:
        for status in (400, 404):
            yield None, failure(code, status)


def failure(code: str, status: int) -> ServiceError:
    error = ServiceError.__new__(ServiceError)
    error.code, error.status_code = code, status
    return error


MATCHERS = {"path-all": "pathAll", "path-any": "pathAny"}


def theirs_of(acceptor: ir.Acceptor, output: Any, error: ServiceError | None) -> bool | None:
    """What botocore's acceptor says; None where an absent list stops it, which is an empty one here."""
    config = {
        "state": acceptor.outcome.value,
        "matcher": MATCHERS.get(acceptor.matcher.value, acceptor.matcher.value),
        "expected": acceptor.expected,
        **({"argument": acceptor.path} if acceptor.path else {}),
    }
    if error is not None:
        answer: Any = {
            "Error": {"Code": error.code},
            "ResponseMetadata": {"HTTPStatusCode": error.status_code},
        }
    else:
        answer = {**output, "ResponseMetadata": {"HTTPStatusCode": 200}}
    try:
        return bool(botocore_waiter.AcceptorConfig(config).matcher_func(answer))
    except jmespath_exceptions.JMESPathTypeError:
        return None
