# SPDX-License-Identifier: Apache-2.0
"""What commands write of hostile models: YAML that is the same model again, Markdown, JSON, and plain lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for hostile_corpus, which stands beside this

from hostile_corpus import (
    MODELS,
    PAYLOADS,
    POSITIONS,
    Payload,
    Position,
    attempt,
    bad_line,
    base_model,
    filled,
    read,
)

from heliograph_codegen import ir
from heliograph_codegen.cli import main
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import dump
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.frontends.yaml_model import decode
from heliograph_codegen.limits import DEFAULT_LIMITS
from heliograph_codegen.verify import verify_markdown

TELLING = tuple(
    next(each for each in reversed(PAYLOADS) if each.family == family)
    for family in ("quotes", "lines", "control", "unicode", "markup", "yaml")
)
"""One payload of each family that YAML, Markdown or a terminal may take for more than text."""


def hostile(model: str, payload: Payload) -> Iterator[ir.Model]:
    """The models that hold a payload, each in as many places as go together, so that all that can have it do."""
    places = [each for each in POSITIONS if each.model == model and each.kind in ("value", "hole")]
    waiting: list[Sequence[Position]] = [
        [each for each in places if each.kind == "value" and _is_taken([each], payload)],
        [each for each in places if each.kind == "hole" and _is_taken([each], payload)],
    ]
    while waiting:
        positions = waiting.pop()
        if positions and _is_taken(positions, payload):
            yield read(filled(positions, payload.payload))
        elif len(positions) > 1:
            half = len(positions) // 2
            waiting += [positions[:half], positions[half:]]


def _is_taken(positions: Sequence[Position], payload: Payload) -> bool:
    try:
        read(filled(positions, payload.payload))
    except GenerationError:
        return False
    return True


def problems_of(
    check: Callable[[ir.Model], str | None], model: str, payloads: Sequence[Payload]
) -> list[str]:
    return [
        f"{payload.id}: {problem}"
        for payload in payloads
        for each in hostile(model, payload)
        if (problem := attempt(partial(check, each)))
    ]


# --- convert


def conversion_problem(model: ir.Model) -> str | None:
    text = dump(model)
    try:
        again = decode(parse(text, "model.yaml", DEFAULT_LIMITS))
    except GenerationError as error:
        return f"it cannot be read: {error}"
    if not text.replace("\n", "").isprintable():
        return "the YAML has something invisible"
    if ir.digest(again) != ir.digest(model):
        return "another model is read"
    return None if dump(again) == text else "written again, it is another text"


@pytest.mark.parametrize("model", MODELS)
def test_what_convert_writes_is_the_same_model(model: str) -> None:
    assert problems_of(conversion_problem, model, TELLING) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("model", MODELS)
def test_what_convert_writes_is_the_same_model_whatever_it_holds(model: str) -> None:
    assert problems_of(conversion_problem, model, PAYLOADS) == []


# --- describe, diff and list


@pytest.mark.parametrize(
    "model", ["service", "bindings", "errors", "continuing", "smithy bindings", "c2j bindings"]
)
def test_nothing_that_is_said_of_a_model_acts_upon_its_reader(
    model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(dump(read(base_model(model))), encoding="utf-8")

    def said(*arguments: str) -> str:
        assert main([*arguments]) in (0, 1)
        captured = capsys.readouterr()
        assert captured.err == "" or bad_line(captured.err[:-1]) is None
        return captured.out

    def check(changed: ir.Model) -> str | None:
        new.write_text(dump(changed), encoding="utf-8")
        pages = [said("describe", str(new)), said("diff", str(old), str(new))]
        pages += [said("describe", str(new), name) for name in changed.operations]
        if not all(page.replace("\n", "").isprintable() for page in pages):
            return "something that a terminal acts upon"
        verify_markdown(said("diff", str(old), str(new), "--markdown"))
        return None if json.loads(said("diff", str(old), str(new), "--json"))["schema"] == 1 else "no JSON"

    assert problems_of(check, model, TELLING) == []


def test_what_published_models_say_of_themselves_is_listed_in_plain_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("heliograph_codegen.frontends.c2j_files.data_folder", lambda: tmp_path)
    for number, payload in enumerate(PAYLOADS):
        folder = tmp_path / f"bells-{number:03}" / "2026-01-01"
        folder.mkdir(parents=True)
        keys = ("serviceId", "apiVersion", "protocol", "signatureVersion", "serviceFullName")
        document = {"metadata": dict.fromkeys(keys, payload.payload), "operations": {payload.payload: {}}}
        (folder / "service-2.json").write_text(json.dumps(document), encoding="utf-8")
    for number in range(len(PAYLOADS)):
        status = main(["list", f"bells-{number:03}"])
        captured = capsys.readouterr()
        assert status in (0, 2)
        assert captured.out.replace("\n", "").isprintable()
        assert captured.out.count("\n") <= 2
        assert captured.err == "" or bad_line(captured.err[:-1]) is None
