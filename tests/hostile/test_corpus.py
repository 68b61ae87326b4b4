# SPDX-License-Identifier: Apache-2.0
"""Hostile text, wherever a model holds text: one clear error, or harmless output; see ``hostile_corpus``."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

sys.path.insert(
    0, str(Path(__file__).parent)
)  # for hostile_corpus and hostile_models, which stand beside this

from hostile_c2j import C2J_MODELS
from hostile_corpus import (
    FAMILIES,
    MODELS,
    PACKAGE,
    PAYLOADS,
    POSITIONS,
    Payload,
    Position,
    attempt,
    base_model,
    forget_twins,
    name_outcome,
    outcome,
    read,
    twin,
    unformatted,
)
from hostile_models import YAML_MODELS
from hostile_smithy import SMITHY_MODELS

from heliograph_codegen import ir
from heliograph_codegen.frontends import c2j, c2j_extras, c2j_nodes, smithy_traits, yaml_model
from heliograph_codegen.generate import Package, load, package_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = tuple(MODELS)
TRIED_WITH_ALL = NAMES[:4]
"""Models that every payload is tried in, each time; the others take long for that."""
FORMATTED = (*NAMES[:9], "smithy xml")
REPRESENTATIVES = tuple(
    max((each for each in PAYLOADS if each.family == family), key=lambda each: "open(" in each.payload)
    for family in FAMILIES
)
"""One payload of each family, one that does something where there is one."""
NAMED = tuple(each for each in POSITIONS if each.changes_names)
SOME_NAMES = tuple(
    next(each for each in NAMED if f"/{way}/" in f"/{'/'.join(map(str, each.path))}/")
    for way in ("operations", "input", "output", "shapes", "structure", "union", "errors", "members")
)


KEYS_OF_YAML = frozenset[str]().union(
    yaml_model.MODEL_KEYS,
    yaml_model.OPERATION_KEYS,
    yaml_model.MEMBER_KEYS,
    yaml_model.SHAPE_KEYS,
    *yaml_model.SHAPE_KEYS.values(),
    yaml_model.COMMON_KEYS,
    yaml_model.ENTRY_KEYS,
    yaml_model.ERROR_KEYS,
    yaml_model.ENUM_VALUE_KEYS,
    yaml_model.EXAMPLE_KEYS,
    yaml_model.CHECKSUM_KEYS,
    yaml_model.PAGINATOR_KEYS,
    yaml_model.WAITER_KEYS,
    yaml_model.ACCEPTOR_KEYS,
)
KEYS_OF_C2J = frozenset[str]().union(
    *(
        each.read
        for module in (c2j, c2j_extras)
        for each in vars(module).values()
        if isinstance(each, c2j_nodes.Keys)
    )
)
TRAITS_OF_SMITHY = frozenset[str]().union(*smithy_traits.READ.values())
_BELLS = ("shapes", "bells#BellTower")
UNREAD: tuple[tuple[str, ...], ...] = (
    (),
    ("metadata",),
    ("shapes",),
    _BELLS,
    (*_BELLS, "traits"),
    (*_BELLS, "traits", "aws.api#service"),
    ("shapes", "bells#RingBellInput", "members", "Key", "traits"),
    ("shapes", "bells#RingBell", "traits", "smithy.api#http"),
    ("shapes", "bells#RingBell", "traits", "smithy.api#externalDocumentation"),
)
"""Objects of the model ``smithy bindings`` that may hold what is not known."""


@pytest.fixture(autouse=True)
def _unformatted(request: pytest.FixtureRequest) -> Iterator[None]:
    with contextlib.nullcontext() if "formatted" in request.node.name else unformatted():
        yield


def test_the_corpus_is_large_and_its_ids_are_distinct() -> None:
    assert len({each.id for each in PAYLOADS}) == len(PAYLOADS) >= 100
    assert len(FAMILIES) >= 13
    assert len(POSITIONS) >= 100


@pytest.mark.parametrize("model", NAMES)
@pytest.mark.parametrize("kind", ["value", "hole"])
def test_texts_stay_texts(model: str, kind: str) -> None:
    assert problems_of(model, kind, payloads_of(model)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("model", [each for each in NAMES if each not in TRIED_WITH_ALL])
@pytest.mark.parametrize("kind", ["value", "hole"])
def test_texts_stay_texts_whichever_they_are(model: str, kind: str) -> None:
    assert problems_of(model, kind, PAYLOADS) == []


def payloads_of(model: str) -> Sequence[Payload]:
    return PAYLOADS if model in TRIED_WITH_ALL else REPRESENTATIVES


def problems_of(model: str, kind: str, payloads: Sequence[Payload]) -> list[str]:
    return [f"{each.id}: {text}" for each in payloads for text in outcome(model, kind, each).problems]


@pytest.mark.parametrize("position", NAMED, ids=str)
def test_names_become_plain_names(position: Position) -> None:
    payloads = PAYLOADS if position.model in TRIED_WITH_ALL else REPRESENTATIVES
    assert problems_of_name(position, payloads) == {}


@pytest.mark.exhaustive
@pytest.mark.parametrize("position", [each for each in NAMED if each.model not in TRIED_WITH_ALL], ids=str)
def test_names_become_plain_names_whichever_they_are(position: Position) -> None:
    assert problems_of_name(position, PAYLOADS) == {}


def problems_of_name(position: Position, payloads: tuple[Payload, ...]) -> dict[str, str]:
    found = name_outcome(position, payloads)
    return {key: problem for key, problem in found.items() if isinstance(problem, str)}


@pytest.mark.parametrize(
    ("models", "wanted"),
    [(YAML_MODELS, KEYS_OF_YAML), (SMITHY_MODELS, TRAITS_OF_SMITHY), (C2J_MODELS, KEYS_OF_C2J)],
    ids=["yaml", "smithy", "c2j"],
)
def test_all_that_a_model_can_say_is_in_a_hostile_model(
    models: Mapping[str, Any], wanted: frozenset[str]
) -> None:
    assert wanted - keys_in([*models.values()]) == set()


def keys_in(value: Any) -> set[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {*(value if isinstance(value, dict) else ())}.union(*map(keys_in, inner))


@pytest.mark.parametrize("place", UNREAD, ids=lambda each: "/".join(each) or "the model")
def test_what_nobody_reads_in_a_smithy_model_reaches_nothing_but_warnings(place: tuple[str, ...]) -> None:
    expected = ir.digest(load(base_model("smithy bindings")))
    problems: list[str] = []
    for payload in PAYLOADS:
        document = base_model("smithy bindings")
        holder: Any = document
        for step in place:
            holder = holder[step]
        holder[payload.payload] = {payload.payload: [payload.payload]}
        made = attempt(lambda: ir.digest(read(document)))  # noqa: B023 - called at once, in this very round
        if made not in (None, expected):
            problems.append(f"{payload.id}: {made}")
    assert problems == []


def test_the_namespace_of_a_smithy_model_reaches_nothing_but_errors() -> None:
    text = json.dumps(base_model("smithy calls"))
    expected = ir.digest(load(json.loads(text)))
    problems: list[str] = []
    for payload in PAYLOADS:
        other = text.replace("bells#", f"{json.dumps(payload.payload)[1:-1]}#")
        made = attempt(lambda: ir.digest(read(json.loads(other))))  # noqa: B023 - called at once, in this very round
        if made not in (None, expected):
            problems.append(f"{payload.id}: {made}")
    assert problems == []


def test_the_package_name_becomes_a_plain_name(tmp_path: Path) -> None:
    model = load(base_model("service"))
    problems: list[str] = []
    for payload in PAYLOADS:
        made = attempt(lambda: package_of(model, payload.payload))  # noqa: B023 - called at once, in this very round
        if isinstance(made, Package):
            beside = made.beside(tmp_path, tmp_path)
            paths = [made.directory(tmp_path), *beside["tests"], *beside["docs"]]
            made = None if all(tmp_path in path.resolve().parents for path in paths) else "leaves its folder"
        if made:
            problems.append(f"{payload.id}: {made}")
    assert problems == []


def test_the_name_of_the_model_file_reaches_nothing_but_errors(tmp_path: Path) -> None:
    sound, broken = (yaml.safe_dump(each) for each in (base_model("service"), {"heliograph": 1, "no\n": 2}))
    expected = twin("service")
    problems: list[str] = []
    for payload in PAYLOADS:
        for text in (sound, broken):
            path = f"{tmp_path}/{payload.payload}"
            try:
                if Path(path).resolve().parent == tmp_path:
                    Path(path).write_text(text, encoding="utf-8")
            except (OSError, ValueError):
                pass  # no file can have this name: reading it must fail well too
            made = attempt(lambda: package_of(load(path), PACKAGE))  # noqa: B023 - called at once, in this very round
            if isinstance(made, Package):
                same = (made.files, made.test, made.page) == (expected.files, expected.test, expected.page)
                made = None if same else "shows in the output"
            if made:
                problems.append(f"{payload.id}: {made}")
    assert problems == []


@pytest.mark.parametrize(
    "line",
    [
        "service: HERE",
        "documentation: HERE",
        'documentation: "HERE"',
        "documentation: 'HERE'",
        "documentation: |\n  HERE",
        "HERE: x",
        "operations: {Ring: {http: POST /ring, input: {A: {type: string, default: HERE}}}}",
        "operations: {Ring: {http: POST /ring, input: {A: {type: string, length: HERE}}}}",
        "operations: {Ring: {http: POST /ring, read-timeout: HERE}}",
    ],
)
def test_raw_in_yaml(line: str, tmp_path: Path) -> None:
    head = {"heliograph": 1, "service": "Bell", "version": "1", "protocol": "rest-json", "signing": "bell"}
    head.pop(line.partition(":")[0], None)
    problems: list[str] = []
    for payload in PAYLOADS:
        text = yaml.safe_dump(head) + line.replace("HERE", payload.payload) + "\n"
        file = tmp_path / "model.yaml"
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        made = attempt(lambda: package_of(load(file), PACKAGE))  # noqa: B023 - called at once, in this very round
        if isinstance(made, str):
            problems.append(f"{payload.id}: {made}")
    assert problems == []


@pytest.mark.parametrize("family", FAMILIES)
def test_formatted_texts_stay_texts_too(family: str) -> None:
    payload = next(each for each in REPRESENTATIVES if each.family == family)
    forget_twins()
    for model in FORMATTED:  # around the cache, which holds what was made without the formatter
        assert outcome.__wrapped__(model, "value", payload).problems == []
    forget_twins()


IMPORTER = """
import importlib, os, sys
sys.dont_write_bytecode = True
sys.path[:0] = [sys.argv[1]]
import heliograph.generated
before = dict(os.environ)
for root in sorted(os.listdir(sys.argv[2])):
    folder = os.path.join(sys.argv[2], root)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    for file in sorted(os.listdir(os.path.join(folder, "bell_tower"))):
        if file.endswith(".py"):
            importlib.import_module("bell_tower." + file[:-3] if file != "__init__.py" else "bell_tower")
    sys.path.remove(folder)
    for name in [name for name in sys.modules if name.split(".")[0] == "bell_tower"]:
        del sys.modules[name]
sys.exit(7 if dict(os.environ) != before else 0)
"""


def test_importing_what_was_accepted_runs_nothing(tmp_path: Path) -> None:
    packages = [
        package
        for model in NAMES
        for payload in payloads_of(model)
        for kind in ("value", "hole")
        for package in outcome(model, kind, payload).packages
    ]
    packages += [
        made
        for each in SOME_NAMES
        for made in name_outcome(each, PAYLOADS).values()
        if isinstance(made, Package)
    ]
    packages.append(twin("service"))
    home, empty = tmp_path / "packages", tmp_path / "empty"
    empty.mkdir()
    for number, package in enumerate(packages):
        folder = home / f"{number:05}" / PACKAGE
        folder.mkdir(parents=True)
        for name, data in package.files.items():
            (folder / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTER, str(ROOT / "runtime"), str(home)],
        cwd=empty,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, len(done.stdout), len(done.stderr)) == (0, 0, 0), ascii(done.stderr[-500:])
    assert os.listdir(empty) == []
