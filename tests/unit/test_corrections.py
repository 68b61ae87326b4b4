# SPDX-License-Identifier: Apache-2.0
"""What published models get wrong is put right, with a reason, and only where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heliograph_codegen import frontends, ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import c2j
from heliograph_codegen.frontends.corrections import FOLDER, correct
from heliograph_codegen.frontends.document import Fields, read
from heliograph_codegen.limits import DEFAULT_LIMITS

PUBLISHED: dict[str, Any] = {
    "metadata": {
        "protocol": "rest-json",
        "apiVersion": "1",
        "serviceId": "Tiny Things",
        "endpointPrefix": "tiny",
    },
    "operations": {"Do": {"output": {"shape": "Out"}, "errors": [{"shape": "Busy"}]}},
    "shapes": {
        "Out": {"type": "structure", "members": {"Key": {"shape": "Key"}, "Name": {"shape": "Key"}}},
        "Key": {"type": "string", "max": 3},
        "Busy": {"type": "structure", "members": {}, "exception": True},
    },
}

HEAD = "heliograph: 1\nservice: Tiny Things\n"


def corrected(folder: Path, text: str) -> tuple[ir.Model, list[str]]:
    (folder / "tiny-things.yaml").write_text(HEAD + text)
    lines: list[str] = []
    return correct(c2j.load(PUBLISHED), lines.append, folder), lines


def test_secrets_retries_and_timeouts_are_put_right(tmp_path: Path) -> None:
    model, lines = corrected(
        tmp_path,
        """\
operations:
  Do: {read-timeout: {seconds: 90, reason: It is slow.}}
shapes:
  Busy: {retryable: {throttling: true, reason: It is counted.}}
  Key: {sensitive: {reason: It opens doors.}}
  Out: {members: {Name: {sensitive: {reason: It is a name.}}}}
""",
    )
    assert lines == []
    assert model.operations["Do"].read_timeout == ir.ReadTimeout(90, "It is slow.")
    busy = model.structure("Busy")
    assert busy.error is not None
    assert busy.error.retryable == ir.Retryable(throttling=True, reason="It is counted.")
    assert model.shapes["Key"].sensitive == ir.Sensitive("It opens doors.")
    assert model.structure("Out").members["Name"].sensitive == ir.Sensitive("It is a name.")
    assert model.structure("Out").members["Key"].sensitive is None
    assert correct(model, lines.append, tmp_path) == model


def test_a_correction_without_a_place_is_a_warning(tmp_path: Path) -> None:
    model, lines = corrected(
        tmp_path,
        "operations: {Gone: {read-timeout: {seconds: 1, reason: x}}}\n"
        "shapes: {Lost: {sensitive: {reason: x}}, Out: {members: {No: {sensitive: {reason: x}}}}}\n",
    )
    assert model == c2j.load(PUBLISHED)
    assert [line.partition("tiny-things.yaml:")[2] for line in lines] == [
        "3: the model has no operation Gone, which is corrected here",
        "4: the model has no shape Lost, which is corrected here",
        "4: the model has no member No of Out, which is corrected here",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("shapes: {Key: {sensitive: {}}}", "'sensitive' lacks 'reason'; add it"),
        ("shapes: {Busy: {retryable: true}}", "the correction of Busy has no reason; add it"),
        ("operations: {Do: {read-timeout: 5}}", "the correction of Do has no reason; add it"),
        ("shapes: {Key: {pattern: x}}", "the correction of Key has no key 'pattern'"),
        ("operation: {}", "the corrections has no key 'operation'; did you mean 'operations'?"),
    ],
    ids=lambda value: value[:40],
)
def test_a_wrong_correction_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(GenerationError) as caught:
        corrected(tmp_path, text)
    assert problem in str(caught.value)


def test_a_service_without_corrections_stays_as_it_is(tmp_path: Path) -> None:
    model = c2j.load(PUBLISHED)
    assert correct(model, None, tmp_path) is model


def test_each_file_is_named_after_its_service() -> None:
    for file in FOLDER.glob("*.yaml"):
        document = read(file, DEFAULT_LIMITS)
        assert isinstance(document, Fields)
        service = str(getattr(document.entries["service"], "value", ""))
        assert file.stem == service.lower().replace(" ", "-")


def test_published_models_are_corrected_when_they_are_loaded() -> None:
    pytest.importorskip("botocore", reason="the installed botocore's model is corrected")
    published = c2j.load("botocore:kinesis-video-signaling")
    assert published.shapes["Password"].sensitive is None
    model = frontends.load("botocore:kinesis-video-signaling")
    assert model.shapes["Password"].sensitive is not None
    throttled = model.structure("ClientLimitExceededException").error
    assert throttled is not None
    assert throttled.retryable is not None
    assert throttled.retryable.throttling
