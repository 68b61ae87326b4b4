# SPDX-License-Identifier: Apache-2.0
"""Files that are no honest model: the command names the file and the place in one line, and writes nothing."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from heliograph_codegen import ir
from heliograph_codegen.cli import main
from heliograph_codegen.frontends import load

HEAD = 'heliograph: 1\nservice: Bell Tower\nversion: "1"\nprotocol: rest-json\nsigning: bell\n'
BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))

YAML: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", ":1: the file is empty"),
    "a key twice": (f"{HEAD}service: Other\n", ":6: the key 'service' stands there twice, first in line 2"),
    "a key twice, once in quotes": (f'{HEAD}"service": Other\n', ":6: the key 'service' stands there twice"),
    "an anchor": (f"{HEAD}documentation: &a x\n", ":6: .*the anchor '&a'"),
    "a billion laughs": (f"{HEAD}a0: &a0 [x]\n{BOMB}", ":6: .*the anchor '&a0'"),
    "an alias": (f"{HEAD}documentation: *a\n", ":6: .*the alias '\\*a'"),
    "a merge key": (f"{HEAD}<<: {{}}\n", ":6: .*the merge key"),
    "a Python object": (f'{HEAD}documentation: !!python/object/apply:os.system ["x"]\n', ":6: .*the tag"),
    "a Python name": (f"{HEAD}documentation: !!python/name:os.system\n", ":6: .*the tag"),
    "a binary": (f"{HEAD}documentation: !!binary eA==\n", ":6: .*the tag"),
    "a tag of its own": (f"{HEAD}documentation: !x y\n", ":6: .*the tag '!x'"),
    "a tag directive": (f"%TAG ! tag:x,2026:\n---\n{HEAD}documentation: !x y\n", ":8: .*the tag"),
    "a second document": (f"{HEAD}---\n{HEAD}", ":6: .*a second document"),
    "a key that is a list": (f"{HEAD}? [a]\n: b\n", ":6: .*a key that is a list or mapping"),
    "a key that is a mapping": (f"{HEAD}? {{a: b}}\n: c\n", ":6: .*a key that is a list or mapping"),
    "a key that is a number": (f"{HEAD}1: x\n", ":6: .*'1'"),
    "a key that is nothing": (f"{HEAD}: x\n", ":6: "),
    "a number of 5,000 digits": (f"{HEAD}reference: {'9' * 5000}\n", ":6: the number is too long"),
    "a number without an end": (f"{HEAD}reference: 1e999\n", ":6: the number is too large"),
    "NUL": (f"{HEAD}documentation: a\0b\n", ":6: the character U\\+0000"),
    "an escape that is NUL": (f'{HEAD}documentation: "a\\0b"\n', ":6: the character U\\+0000"),
    "an escape that is half a character": (f'{HEAD}documentation: "\\uD800"\n', ":6: "),
    "bytes of half a character": (
        HEAD.encode() + b"documentation: \xed\xa0\x80\n",
        ":6: the file is not UTF-8",
    ),
    "bytes that are no UTF-8": (HEAD.encode() + b"documentation: \xff\n", ":6: the file is not UTF-8"),
    "UTF-16": (HEAD.encode("utf-16"), ":1: the file is UTF-16"),
    "UTF-32": (HEAD.encode("utf-32-be"), ":1: "),
    "a byte-order mark inside": (f"{HEAD}documentation: \ufeffx\n", ":6: the character U\\+FEFF"),
    "lists 5,000 deep": (f"{HEAD}errors: {'[' * 5000}{']' * 5000}\n", ":6: .*levels of nesting"),
    "blocks 200 deep": ("".join(f"{' ' * n}a:\n" for n in range(200)), ":10[01]: .*levels of nesting"),
    "a line that ends nowhere": (f'{HEAD}documentation: "x\n', ":[67]: not valid YAML"),
    "a file of rules above": (f"{HEAD}endpoint: {{rules: ../rules.json}}\n", ":6: 'rules' of 'endpoint' is"),
    "a file of rules elsewhere": (
        f"{HEAD}endpoint: {{rules: /etc/passwd}}\n",
        ":6: 'rules' of 'endpoint' is",
    ),
    "a rule that is not known": (
        f"{HEAD}endpoint: {{rules: {{version: '1.0', parameters: {{}}, rules: [{{type: loop}}]}}}}\n",
        ":2#/rules/0: a rule of type 'loop' is not known",
    ),
}
"""What stands in ``model.yaml``, and what is said of it after its name."""

_IN_OBJECT = '{{"smithy": "2.0", "metadata": {{}},\n "shapes": {{\n"x": {}}}}}'
JSON: dict[str, tuple[str | bytes, str]] = {
    "an empty file": ("", ":1: not valid JSON"),
    "a list": ("[{}]", ":/: no JSON object"),
    "a text": ('"smithy"', ":/: no JSON object"),
    "a key twice": (
        _IN_OBJECT.format('{\n"a": 1, "a": 2}'),
        ":/shapes/x: the key 'a' stands in one object twice",
    ),
    "a key twice, written otherwise": (
        _IN_OBJECT.format('{"a": 1, "\\u0061": 2}'),
        ":/shapes/x: the key 'a' stands in one object twice",
    ),
    "NaN": (_IN_OBJECT.format('{"a": NaN}'), ":/shapes/x/a: NaN is no number in JSON"),
    "an infinity": (_IN_OBJECT.format("-Infinity"), ":/shapes/x: -Infinity is no number in JSON"),
    "a number without an end": (
        _IN_OBJECT.format('{"a": 1e999}'),
        ":/shapes/x/a: a number that is not finite",
    ),
    "a number of 2,000 digits": (_IN_OBJECT.format("9" * 2000), ":/shapes/x: the number is too long"),
    "a number of 5,000 digits": (_IN_OBJECT.format("9" * 5000), ":/shapes/x: the number is too long"),
    "lists 100,000 deep": (_IN_OBJECT.format("[" * 100_000), ":1: the JSON is nested too deeply"),
    "objects 100,000 deep": ('{"a":' * 100_000, ":1: the JSON is nested too deeply"),
    "lists 500 deep": (_IN_OBJECT.format("[" * 500 + "]" * 500), ":/shapes/x[/0]+: .*levels of nesting"),
    "a name of half a character": (
        _IN_OBJECT.format('{}, "\\ud800": {}'),
        ":/shapes/.*: .* is no shape id",
    ),
    "bytes of half a character": (b'{"smithy": "\xed\xa0\x80"}', ":1: the file is not UTF-8"),
    "UTF-16": ('{"smithy": "2.0"}'.encode("utf-16"), ":1: the file is not UTF-8"),
    "a comment": ('{"smithy": "2.0" // no\n}', ":1: not valid JSON"),
    "a comma too many": ('{"smithy": "2.0",\n}', ":[12]: not valid JSON"),
    "more than one": ('{"smithy": "2.0"}\n{}', ":2: not valid JSON"),
    "a raw line end in a text": ('{"smithy": "2\n0"}', ":1: not valid JSON"),
}
"""What stands in ``model.json``, and what is said of it after its name."""


@pytest.mark.parametrize(("content", "said"), YAML.values(), ids=YAML)
def test_a_dishonest_yaml_file_is_refused(
    content: str | bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert re.search(rf"model\.yaml{said}", error_of(tmp_path / "model.yaml", content, capsys))


@pytest.mark.parametrize("form", ["smithy", "c2j"])
@pytest.mark.parametrize(("content", "said"), JSON.values(), ids=JSON)
def test_a_dishonest_json_file_is_refused(
    content: str | bytes, said: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    error = error_of(tmp_path / "model.json", content, capsys, "--format", form)
    is_only_smithys = "shape id" in said and form == "c2j"
    assert is_only_smithys or re.search(rf"model\.json{said}", error)


@pytest.mark.parametrize("content", [each for each, _ in JSON.values()], ids=JSON)
def test_a_dishonest_json_file_is_refused_whatever_it_is_taken_for(
    content: str | bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "model.json:" in error_of(tmp_path / "model.json", content, capsys)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b",
        b"\x1f\x8bno",
        gzip.compress(b"{}")[:-4],
        gzip.compress(b"{" * 10)[:12] + b"\xff" * 20,
    ],
    ids=["nothing", "two bytes", "no gzip", "cut short", "damaged"],
)
def test_a_dishonest_packed_file_is_refused(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "service-2.json.gz:" in error_of(tmp_path / "service-2.json.gz", data, capsys)


@pytest.mark.parametrize(
    "name", ["../x", "..", "/etc", "sqs/../ec2", "sqs@../..", "SQS\n", "\x1b[2J", "x" * 5000, ""]
)
def test_a_name_of_a_published_model_is_no_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("botocore", reason="its models are looked for")
    monkeypatch.setattr("heliograph_codegen.frontends.c2j_files.services", lambda: ("sqs",))
    assert "botocore" in run(f"botocore:{name}", tmp_path, capsys)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_say_nothing(newline: str, mark: str, tmp_path: Path) -> None:
    text = f"{HEAD}documentation: |\n  Rings\n  bells.\noperations:\n  Ring: {{http: POST /ring}}\n"
    plain, other = tmp_path / "plain.yaml", tmp_path / "other.yaml"
    plain.write_bytes(text.encode())
    other.write_bytes((mark + text.replace("\n", newline)).encode())
    assert ir.digest(load(other)) == ir.digest(load(plain))


def test_half_characters_in_texts_of_published_models_reach_no_file(tmp_path: Path) -> None:
    model = {
        "metadata": {"protocol": "json", "serviceId": "Bell", "apiVersion": "1", "signingName": "bell"},
        "documentation": "Rings \ud800 bells.",
        "operations": {"Ring": {"documentation": "\udfff", "input": {"shape": "In"}}},
        "shapes": {"In": {"type": "structure", "members": {}, "documentation": "\ud800x"}},
    }
    file = tmp_path / "model.json"
    file.write_text(json.dumps(model), encoding="utf-8")
    folders = ["--tests", f"{tmp_path}/tests", "--docs", f"{tmp_path}/docs"]
    assert main(["generate", str(file), "--out", f"{tmp_path}/out", "--package", "bell", *folders]) == 0
    assert all(b"\xed\xa0" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def error_of(file: Path, content: str | bytes, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says of a file of this content, in its one line."""
    file.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    said = run(str(file), file.parent, capsys, *arguments)
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    return said


def run(model: str, folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    folders = ["--out", f"{folder}/out", "--tests", f"{folder}/tests", "--docs", f"{folder}/docs"]
    assert main(["generate", model, "--package", "bell_tower", *folders, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err[:-1].isprintable()
    return captured.err
