# SPDX-License-Identifier: Apache-2.0
"""A model of some operations holds these, what they need, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import GenerationError, ir, passes
from heliograph_codegen.frontends import dump, load, yaml_model
from heliograph_codegen.prune import prune

MODEL = """\
heliograph: 1
service: Bell Tower
version: "2026-01-01"
protocol: rest-json
endpoint: {prefix: belltower}
common-errors: [Throttled]
operations:
  GetBell:
    http: GET /bells/{Name}
    input:
      Name: {type: Name, required: true, label: true}
    output: Bell
    errors: [NoBell]
  ListBells:
    http: GET /bells
    input:
      Token: {type: string, query: token}
    output:
      Bells: Bells
      Token: string
    paginator: {input-tokens: Token, output-tokens: Token, results: Bells}
  Ring:
    http: POST /ring
    input:
      Tune: {type: Tune, required: true}
    endpoint-discovery: required
  Where:
    http: POST /where
    endpoint-operation: true
    output:
      Hosts: Hosts
waiters:
  BellThere:
    operation: GetBell
    delay: 5
    max-attempts: 3
    acceptors: [{status: 200, outcome: success}]
shapes:
  Name: {type: string, length: 1..9}
  Bell: {structure: {Name: Name, Inside: Bell}}
  Bells: {list: Bell}
  Tune: {enum: [PLAIN, CHANGES]}
  Hosts: {list: string}
errors:
  NoBell: {status: 404}
  Throttled: {status: 429}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ir.Model:
    path = tmp_path_factory.mktemp("model") / "bell_tower.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("named", "operations", "shapes", "waiters"),
    [
        ("GetBell", "GetBell", "Bell GetBellRequest Name NoBell Throttled", "BellThere"),
        ("ListBells", "ListBells", "Bell Bells ListBellsRequest ListBellsResponse Name Throttled", ""),
        ("Ring", "Ring Where", "Hosts RingRequest Throttled Tune WhereResponse", ""),
        (
            "ListBells GetBell GetBell",
            "GetBell ListBells",
            "Bell Bells GetBellRequest ListBellsRequest ListBellsResponse Name NoBell Throttled",
            "BellThere",
        ),
    ],
    ids=["waiter and recursion", "paginator", "endpoint discovery", "several"],
)
def test_what_the_operations_need_stays_and_nothing_else(
    named: str, operations: str, shapes: str, waiters: str, model: ir.Model
) -> None:
    pruned = prune(model, named.split())
    assert list(pruned.operations) == operations.split()
    assert list(pruned.shapes) == shapes.split()
    assert [each.name for each in pruned.waiters] == waiters.split()
    assert pruned.service == model.service
    passes.validate(pruned)
    passes.check_all_used(pruned)


def test_the_digest_is_that_of_a_model_written_so(model: ir.Model, tmp_path: Path) -> None:
    pruned = prune(model, ["GetBell"])
    written = tmp_path / "pruned.yaml"
    written.write_text(dump(pruned), encoding="utf-8")
    assert ir.digest(yaml_model.load(written)) == ir.digest(pruned) != ir.digest(model)


def test_all_operations_are_the_model_itself(model: ir.Model) -> None:
    assert prune(model, model.operations) == model


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (["GetBel"], r"bell_tower\.yaml:1: the model has no operation 'GetBel'; did you mean 'GetBell'\?"),
        (["Ring", "Toll"], "no operation 'Toll'; known are: GetBell, ListBells, Ring, Where"),
        ([], "no operation is named"),
    ],
    ids=["near", "far", "none"],
)
def test_a_name_that_is_none_is_refused(named: list[str], said: str, model: ir.Model) -> None:
    with pytest.raises(GenerationError, match=said):
        prune(model, named)


SMALL = (
    MODEL.partition("common-errors")[0]
    + """\
operations:
  Ring: {http: POST /ring}
  Toll: {http: POST /toll, compression: gzip}
"""
)
"""Of its operations, the generator can make one."""


def operations_of(package: Path) -> str:
    return (package / "operations.py").read_text(encoding="utf-8")


def test_the_command_line_takes_the_choice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    arguments = ["generate", str(path), "--out", str(tmp_path / "out"), "--package", "small"]
    assert heliograph([*arguments, "--operations", "Ring, Ring"]) == 0
    assert '"Ring"' in operations_of(tmp_path / "out" / "small")
    assert '"Toll"' not in operations_of(tmp_path / "out" / "small")
    manifest = json.loads((tmp_path / "out" / "small" / "manifest.json").read_text())
    assert manifest["model"] == ir.digest(prune(load(path), ["Ring"]))
    assert heliograph([*arguments, "--operations", "Rng"]) == 2
    assert "did you mean 'Ring'?" in capsys.readouterr().err


def test_the_project_table_takes_the_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        "[[tool.heliograph.client]]\nmodel = 'small.yaml'\npackage = 'small'\nout = 'out'\noperations = ['Ring']\n"
    )
    monkeypatch.chdir(tmp_path)
    assert heliograph(["generate"]) == 0
    assert '"Toll"' not in operations_of(tmp_path / "out" / "small")
    assert heliograph(["check"]) == 0


@pytest.mark.parametrize("value", ["'Ring'", "[]", "[1]", "true"])
def test_a_choice_that_is_no_list_of_names_is_refused(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        f"[[tool.heliograph.client]]\nmodel = 'm.yaml'\npackage = 'p'\nout = 'o'\noperations = {value}\n"
    )
    monkeypatch.chdir(tmp_path)
    assert heliograph(["generate"]) == 2
    assert "operations of table 1" in capsys.readouterr().err
