# SPDX-License-Identifier: Apache-2.0
"""``heliograph convert``: any readable model as YAML, which is the same model and stays the same text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import frontends, ir
from heliograph_codegen.frontends import dump

AST = {
    "smithy": "2.0",
    "shapes": {
        "t#Bells": {
            "type": "service",
            "version": "2026-01-01",
            "operations": [{"target": "t#Ring"}],
            "traits": {
                "aws.api#service": {"sdkId": "Bell Tower"},
                "aws.auth#sigv4": {"name": "bells"},
                "aws.protocols#awsJson1_0": {},
                "aws.protocols#awsQuery": {},
            },
        },
        "t#Other": {"type": "service", "version": "1", "traits": {"smithy.protocols#rpcv2Json": {}}},
        "t#Ring": {
            "type": "operation",
            "input": {"target": "t#RingInput"},
            "output": {"target": "smithy.api#Unit"},
        },
        "t#RingInput": {"type": "structure", "members": {"Picture": {"target": "t#Picture"}}},
        "t#Picture": {"type": "blob", "traits": {"smithy.api#mediaType": "image/jpeg"}},
    },
}
YAML = """\
heliograph: 1
service: Bell Tower
version: "2026-01-01"
protocol: [json, query]
signing: bells
target-prefix: Bells
json-version: "1.0"
operations:
  Ring: {input: RingInput}
shapes:
  Picture: {type: blob, media-type: image/jpeg}
  RingInput:
    structure: {Picture: Picture}
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "bells.json"
    path.write_text(json.dumps(AST), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return heliograph(["convert", *map(str, arguments)])


def test_a_model_is_written_to_standard_output(
    model: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(model, "--service", "t#Bells") == 0
    assert capfdbinary.readouterr().out.decode() == YAML
    assert run(model, "--service", "t#Bells", "--protocol", "query") == 0
    assert b"protocol: query\n" in capfdbinary.readouterr().out


def test_a_file_is_written_once_and_foreign_ones_are_kept(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made" / "bells.yaml"
    assert run(model, "--service", "t#Bells", "--out", out) == 0
    assert out.read_bytes() == YAML.encode()
    assert run(model, "--service", "t#Bells", "--out", out) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["written", "up"]
    out.write_text("mine\n", encoding="utf-8")
    assert run(model, "--service", "t#Bells", "--out", out) == 2
    assert out.read_text(encoding="utf-8") == "mine\n"
    assert run(model, "--service", "t#Bells", "--out", out, "--overwrite") == 0
    assert out.read_bytes() == YAML.encode()


def test_a_bad_model_gives_one_line_and_writes_nothing(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bells.yaml"
    assert run(model, "--out", out) == 2
    shown = capsys.readouterr()
    assert shown.err == (
        f"heliograph convert: {model}:/: the model has 2 services, not one: t#Bells, t#Other; "
        "choose one with --service\n"
    )
    assert (shown.out, out.exists()) == ("", False)


def two_operations(tmp_path: Path) -> Path:
    path = tmp_path / "two.yaml"
    path.write_text(
        YAML.replace(
            "  Ring: {input: RingInput}\n", "  Ring: {input: RingInput}\n  Toll: {output: Tolled}\n"
        ).replace(
            "    structure: {Picture: Picture}\n",
            "    structure: {Picture: Picture}\n  Tolled:\n    structure: {Times: integer}\n",
        ),
        encoding="utf-8",
    )
    return path


def test_operations_are_written_with_what_they_need_and_nothing_else(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = two_operations(tmp_path)
    assert run(path, "--operations", "Ring") == 0
    assert capfdbinary.readouterr().out.decode() == YAML
    assert run(path, "--operations", " Toll ,Ring") == 0
    assert capfdbinary.readouterr().out == dump(frontends.load(path)).encode()


@pytest.mark.parametrize(
    ("names", "said"), [("Rng", "did you mean 'Ring'?"), ("Ring,Other", "'Other'"), (",", "operation")]
)
def test_an_operation_that_is_not_there_is_one_line_and_no_file(
    names: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made.yaml"
    assert run(two_operations(tmp_path), "--operations", names, "--out", out) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not out.exists()


def test_side_files_go_with_a_c2j_model(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    source = {
        "metadata": {"protocol": "query", "serviceId": "Tiny", "apiVersion": "1", "signingName": "tiny"},
        "operations": {"List": {"input": {"shape": "In"}, "output": {"shape": "In"}}},
        "shapes": {
            "In": {"type": "structure", "members": {"Next": {"shape": "Text"}}},
            "Text": {"type": "string"},
        },
    }
    pages = {"pagination": {"List": {"input_token": "Next", "output_token": "Next"}}}
    files = {"tiny.json": source, "pages.json": pages}
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    assert run(tmp_path / "tiny.json", "--paginators", tmp_path / "pages.json") == 0
    assert b"paginator: {input-tokens: Next, output-tokens: Next}" in capfdbinary.readouterr().out


@pytest.mark.parametrize("service", ["cloudwatch", "dynamodb", "lambda", "s3"])
def test_what_was_written_is_the_same_model_and_written_again_the_same_text(
    service: str, tmp_path: Path
) -> None:
    pytest.importorskip("botocore", reason="its models are converted")
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    assert run(f"botocore:{service}", "--out", first) == 0
    assert run(first, "--out", second) == 0
    assert second.read_bytes() == first.read_bytes()
    assert ir.digest(frontends.load(first)) == ir.digest(frontends.load(f"botocore:{service}"))
