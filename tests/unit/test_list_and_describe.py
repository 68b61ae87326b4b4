# SPDX-License-Identifier: Apache-2.0
"""``heliograph list`` and ``heliograph describe``: what there is, and how it will be called."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
from pathlib import Path

import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import features, frontends, ir
from heliograph_codegen.cli import list as list_command
from heliograph_codegen.cli.signatures import Signatures
from heliograph_codegen.cli.terminal import in_columns, plain, styled, wrapped
from heliograph_codegen.frontends import c2j_catalog, load
from heliograph_codegen.frontends.c2j_files import model_file, services
from heliograph_codegen.pyview import build_view

KINESIS = Path(__file__).resolve().parents[2] / "model" / "kinesis_video_signaling.yaml"
botocore = pytest.mark.skipif(
    importlib.util.find_spec("botocore") is None, reason="reads the models that botocore brings"
)

MODEL = """\
heliograph: 1
service: Bell Tower
version: "2026-01-01"
protocol: rest-json
signing: belltower
endpoint: {prefix: belltower}
documentation: "Rings bells.\\u200b"
operations:
  ListBells:
    http: GET /bells
    documentation: |
      Lists bells.

      - one
    input:
      Token: {type: string, query: token}
      Tower: {type: string, required: true, header: X-Tower, documentation: Which one., length: 1..9}
      Id: {type: string, required: true, idempotency-token: true}
    output:
      Bells: {type: Bells, required: true}
      Token: {type: string, sensitive: true, wire-name: token}
    paginator: {input-tokens: Token, output-tokens: Token, results: Bells}
    errors: [NoTower]
  Ring:
    http: POST /ring
waiters:
  BellThere:
    operation: ListBells
    delay: 5
    max-attempts: 3
    acceptors: [{status: 200, outcome: success}]
shapes:
  Bells: {list: string}
errors:
  NoTower: {status: 404, retryable: true, documentation: There is no such tower. Build one.}
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "bell_tower.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


# --- describe


def test_a_service_is_described_on_one_page(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert heliograph(["describe", model]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Bell Tower\n\n  version   2026-01-01\n  protocol  rest-json\n")
    assert "https://belltower.REGION.amazonaws.com" in said
    assert "  auth      sigv4 as belltower\n" in said
    assert "\nRings bells.\n" in said
    assert "2 operations\n\n  ListBells  Ring\n" in said
    assert "1 waiters" not in said
    assert "1 waiter\n\n  BellThere\n" in said


@pytest.mark.parametrize("name", ["ListBells", "list_bells"])
def test_an_operation_is_described_as_it_is_called(
    name: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert heliograph(["describe", model, name]) == 0
    assert (
        capsys.readouterr().out
        == """\
ListBells  GET /bells

  client.list_bells(
      *,
      tower: str,
      id: str | None = None,
      token: str | None = None,
      params: Mapping[str, Any] | None = None,
  ) -> ListBellsResponse

Lists bells.

- one

Takes:
  tower: str (header X-Tower, required)
      Which one. 1 to 9 characters.
  id: str (Id, filled where it is left out)
  token: str (query token)

Answers:
  bells: Sequence[str] (Bells, required)
  token: str (token, secret)

Errors:
  NoTower (404, retried)
      There is no such tower.

Pages: client.paginate.list_bells(...) yields Bells

Waiters: client.wait_until.bell_there(...)
"""
    )


@botocore
@pytest.mark.parametrize(
    "source", [KINESIS, "botocore:kinesisanalytics", "botocore:kinesis-video-signaling"], ids=str
)
def test_signatures_are_those_of_the_generated_client(source: Path | str) -> None:
    loaded = load(source)
    signatures = Signatures(loaded)
    for view in build_view(loaded, "made").operations:
        operation = loaded.operations[view.name.strip("\"'")]
        expected = [
            *(
                f"{each.name}: {each.annotation}" + (f" = {each.default}" if each.default else "")
                for each in view.positional
            ),
            *(["*"] if view.keywords else []),
            *(
                f"{each.name}: {each.annotation}" + (f" = {each.default}" if each.default else "")
                for each in view.keywords
            ),
        ]
        first, *arguments, last = signatures.signature(operation)
        assert first == f"client.{view.method}("
        assert [each.strip().removesuffix(",") for each in arguments] == expected
        assert last == f") -> {view.output_class}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ListBels"], "has no operation 'ListBels'; did you mean 'ListBells'?"),
        (["xyz"], "has no operation 'xyz'; known are: ListBells, Ring, list_bells, ring"),
    ],
)
def test_an_unknown_operation_is_an_error_with_close_names(
    arguments: list[str], said: str, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert heliograph(["describe", model, *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@botocore
def test_a_bare_name_is_botocores(capsys: pytest.CaptureFixture[str]) -> None:
    assert heliograph(["describe", "sqs", "SendMessage"]) == 0
    assert "client.send_message(" in capsys.readouterr().out
    assert heliograph(["describe", "sqss"]) == 2
    assert "botocore has no service 'sqss'; did you mean 'sqs'?" in capsys.readouterr().err


# --- list


@botocore
def test_services_are_listed_with_what_stands_in_their_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert heliograph(["list", "kinesis-video-s*"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert re.split(r"\s{2,}", head) == ["NAME", "VERSION", "PROTOCOL", "OPERATIONS", "SERVICE", "CLIENT"]
    assert [re.split(r"\s{2,}", line) for line in lines] == [
        ["kinesis-video-signaling", "2019-12-04", "rest-json", "2", "Kinesis Video Signaling", "yes"]
    ]


@botocore
@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("Kinesis Video Sig", ["kinesis-video-signaling"]),
        ("DYNAMO", ["dynamodb", "dynamodbstreams"]),
        ("sq?", ["sqs"]),
        ("dynamo", ["dynamodb", "dynamodbstreams"]),
        ("no-such", []),
    ],
)
def test_a_pattern_fits_names_without_case_and_hyphens(pattern: str, names: list[str]) -> None:
    assert list(c2j_catalog.matching(pattern)) == names


@botocore
def test_a_pattern_that_fits_nothing_ends_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert heliograph(["list", "dynamoddb"]) == 1
    assert capsys.readouterr().err == "no service fits 'dynamoddb'; did you mean 'dynamodb'?\n"


@botocore
@pytest.mark.parametrize("name", ["dynamodb", "ec2", "s3", "sqs", "cloudwatch", "transcribe"])
def test_a_glance_sees_what_the_whole_model_says(name: str) -> None:
    entry, whole = c2j_catalog.entry(name), load(f"botocore:{name}")
    assert (entry.id, entry.version, entry.protocol, entry.operations) == (
        whole.service.id,
        whole.service.version,
        whole.service.protocol,
        len(whole.operations),
    )


@pytest.mark.parametrize("text", ["", "{", '{"metadata": []}', '{"metadata": {"x": }}', '{"metadata": {}}'])
def test_a_damaged_model_is_an_error_that_names_it(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "bells" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.setattr("heliograph_codegen.frontends.c2j_files.data_folder", lambda: tmp_path)
    assert heliograph(["list", "bells"]) == 2
    assert "botocore:bells: the model has no" in capsys.readouterr().err


def test_a_glance_needs_no_more_than_metadata_and_operations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bells" / "2026-01-01"
    folder.mkdir(parents=True)
    document = {"metadata": {"protocols": ["query", "json"], "protocol": "query"}, "operations": {"A": {}}}
    (folder / "service-2.json").write_text(json.dumps(document))
    monkeypatch.setattr("heliograph_codegen.frontends.c2j_files.data_folder", lambda: tmp_path)
    assert model_file("bells")[1] == "2026-01-01"
    assert services() == ("bells",)
    assert c2j_catalog.entry("bells") == c2j_catalog.Entry("bells", "bells", "2026-01-01", "json", 1)


@pytest.mark.parametrize(
    "arguments", [["list"], ["describe", "sqs"], ["diff", "botocore:sqs", "botocore:sqs"]]
)
def test_without_botocore_the_command_that_brings_it_is_named(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "botocore" else find_spec(name, *rest),
    )
    assert heliograph(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install botocore" in line


# --- Layout


def test_names_stand_in_columns_downwards() -> None:
    assert in_columns([f"name-{at:02}" for at in range(20)]) == [
        "  name-00  name-03  name-06  name-09  name-12  name-15  name-18",
        "  name-01  name-04  name-07  name-10  name-13  name-16  name-19",
        "  name-02  name-05  name-08  name-11  name-14  name-17",
    ]
    assert in_columns([]) == []
    assert in_columns(["x" * 200]) == ["  " + "x" * 200]


def test_text_of_a_model_cannot_act_upon_the_terminal() -> None:
    assert plain("a\x1b[31mb\x07\r\nc\u202ed\u200be") == "a[31mb cde"
    assert wrapped("\x1b]0;title\x07 text", "  ") == ["  ]0;title text"]


@pytest.mark.parametrize(
    ("is_tty", "environment", "is_styled"),
    [(True, {}, True), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False), (False, {}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    is_tty: bool, environment: dict[str, str], is_styled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_tty)
    assert styled("x", "1") == ("\x1b[1mx\x1b[0m" if is_styled else "x")


# --- Whether there can be a client


@botocore
def test_whole_models_are_read_for_few_services_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(list_command, "_FEW", 1)
    monkeypatch.setattr(features, "MADE", frozenset())
    monkeypatch.setattr(frontends, "load", lambda _: pytest.fail("a whole model was read"))
    assert heliograph(["list", "kinesis-video"]) == 0
    said = capsys.readouterr()
    assert {line.split()[-1] for line in said.out.splitlines()[1:]} == {"?"}
    assert "PATTERN fits 1 services or fewer" in said.err


@botocore
def test_what_is_clear_at_a_glance_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(features, "MADE", frozenset(features.Feature))
    monkeypatch.setattr(features, "AUTHS", frozenset(ir.Auth))
    monkeypatch.setattr(frontends, "load", lambda _: pytest.fail("a whole model was read"))
    assert heliograph(["list", "kinesis-video-signaling"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("yes")
