# SPDX-License-Identifier: Apache-2.0
"""Every published model of the installed botocore: it loads, holds together, and survives as YAML.

Some six minutes on a small machine, so it has a session of its own.
"""

from __future__ import annotations

import re

import pytest

from heliograph_codegen import features, frontends, ir
from heliograph_codegen.frontends import c2j_files, corrections, dump, yaml_model
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.limits import DEFAULT_LIMITS

pytest.importorskip("botocore", reason="the corpus is the installed botocore's models")

SERVICES = c2j_files.services()

EXPECTED_WARNINGS = re.compile(
    r"[^ ]+: ([0-9]+ shapes that nothing uses were left out: .*"
    r"|an example does not fit the shapes and was left out.*"
    r"|'hostLabel' without a host prefix was passed over.*)"
)
"""All there is to say of published models. A new kind of line is a new trait: look at it."""


def test_there_are_as_many_services_as_there_should_be() -> None:
    assert len(SERVICES) > 400


@pytest.mark.parametrize("service", SERVICES)
def test_a_published_model_loads_and_survives_as_yaml(service: str) -> None:
    lines: list[str] = []
    model = frontends.load(f"botocore:{service}", warn=lines.append)
    assert [line for line in lines if not EXPECTED_WARNINGS.fullmatch(line)] == []
    assert model.operations
    assert all(use.what for use in features.uses(model))
    text = dump(model)
    again = yaml_model.decode(parse(text, service, DEFAULT_LIMITS))
    assert again == model
    assert dump(again) == text
    assert ir.digest(again) == ir.digest(model)


def test_every_correction_has_its_place() -> None:
    known = {file.stem for file in corrections.FOLDER.glob("*.yaml")}
    assert known
    by_id = {service: service for service in SERVICES if service in known}
    assert set(by_id) == known, "name a file of corrections after the service's id"
    for service in by_id:
        lines: list[str] = []
        frontends.load(f"botocore:{service}", warn=lines.append)
        assert [line for line in lines if "corrected" in line] == []
