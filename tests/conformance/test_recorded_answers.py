# SPDX-License-Identifier: Apache-2.0
"""Answers that services once gave, as botocore's source distribution keeps them, with what they say.

Each is read by a client of its service, made of botocore's own model with the operations that are here. Records have
timestamps as text; they are compared as the moments that they name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore import xform_name
from botocore.utils import parse_timestamp

from heliograph_codegen import frontends, ir
from heliograph_codegen.generate import package_of
from heliograph_codegen.prune import prune
from proof.exchange import Caller
from proof.inputs import smallest
from proof.packages import Made, Shelf, shelf
from proof.values import shown

PLACES = (("xml/responses", "xml", 200), ("xml/errors", "xml", 400), ("json/errors", "json", 400))
PLACEHOLDER, MOMENT = "YYYY-MM-DDTHH:MM:SS.000Z", "2014-04-29T18:30:38.000Z"
"""What some records have for a timestamp, and a timestamp."""
NOT_MADE = {"importexport": "it signs with version 2"}
"""Services without a client, each with its reason."""
EXCEPTIONS: dict[str, str] = json.loads(
    Path(__file__).with_name("recorded_exceptions.json").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Record:
    """One answer.

    Attributes:
        operation: As its file spells it, lower case with hyphens.
        says: What botocore reads in it.
    """

    id: str
    service: str
    operation: str
    status: int
    answer: Path
    says: Path


def _records() -> Iterator[Record]:
    sdist = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not sdist:
        return
    folder = Path(sdist, "tests", "unit", "response_parsing")
    for place, kind, status in PLACES:
        for answer in sorted((folder / place).glob(f"*.{kind}")):
            service, _, rest = answer.stem.partition("-")
            says = folder / "json/expected" / answer.name if kind == "json" else answer.with_suffix(".json")
            yield Record(f"{place}/{answer.stem}", service, rest.partition("#")[0], status, answer, says)


RECORDS = list(_records())


@pytest.fixture(scope="module")
def packages() -> Iterator[Packages]:
    with shelf() as opened:
        yield Packages(opened)


class Packages:
    """A package of each service, made on its first use."""

    def __init__(self, opened: Shelf) -> None:
        self._shelf = opened
        self._made: dict[str, Made] = {}

    def of(self, service: str) -> Made:
        """The package with the operations of which there are records."""
        if service not in self._made:
            model = frontends.load(f"botocore:{service}")
            wanted = {each.operation for each in RECORDS if each.service == service}
            model = prune(model, [name for name in model.operations if _spelt(name) in wanted])
            package = package_of(
                model, f"recorded_{service}", is_formatted=False, with_test=False, with_page=False
            )
            self._made[service] = Made(model, self._shelf.put(package))
        return self._made[service]


def _spelt(operation: str) -> str:
    return str(xform_name(operation)).replace("_", "-")


@pytest.mark.parametrize("record", [pytest.param(each, id=each.id) for each in RECORDS])
def test_a_recorded_answer_says_what_botocore_reads(
    record: Record,
    packages: Packages,
    record_property: Any,
    request: pytest.FixtureRequest,
) -> None:
    record_property("suite", "botocore-recorded")
    if record.service in NOT_MADE:
        pytest.xfail(f"no client is made of {record.service}: {NOT_MADE[record.service]}")
    if record.id in EXCEPTIONS:
        request.applymarker(pytest.mark.xfail(reason=EXCEPTIONS[record.id], strict=True))
    made = packages.of(record.service)
    operation = next(each for each in made.model.operations.values() if _spelt(each.name) == record.operation)
    body = record.answer.read_bytes().replace(PLACEHOLDER.encode(), MOMENT.encode())
    headers: dict[str, str] = {}
    if b"__headers__" in body:
        document = json.loads(body)
        headers = document.pop("__headers__")
        body = json.dumps(document).encode()
    says = json.loads(record.says.read_text(encoding="utf-8").replace(PLACEHOLDER, MOMENT))
    meta = says.pop("ResponseMetadata", {})
    caller = Caller(made, operation.name)
    params = smallest(made.model, operation.input) if operation.input else {}
    answer = httpx.Response(record.status, headers=headers, content=body)
    if "Error" in says:
        with pytest.raises(made.package.ServiceError) as raised:
            caller.result("call", params, answer)
        assert raised.value.code == says["Error"]["Code"]
        assert raised.value.message == (says["Error"]["Message"] or None)
        if "RequestId" in meta:  # S3's stands in the body, where botocore does not look
            assert raised.value.request_id == meta["RequestId"]
    else:
        result = caller.result("call", params, answer)
        assert shown(result) == shown(_read(made.model, operation.output, says))


def _read(model: ir.Model, target: str | None, value: Any) -> Any:
    """What a record says, with moments for the text of timestamps and bytes for that of blobs."""
    shape = model.shape(target) if target else None
    match shape:
        case ir.StructureShape() if isinstance(value, Mapping):
            return {name: _read(model, shape.members[name].target, item) for name, item in value.items()}
        case ir.ListShape():
            return [_read(model, shape.element, item) for item in value]
        case ir.MapShape():
            return {key: _read(model, shape.value, item) for key, item in value.items()}
        case None:
            return value
        case _ if shape.kind is ir.Kind.TIMESTAMP:
            return parse_timestamp(value)
        case _ if shape.kind in (ir.Kind.FLOAT, ir.Kind.DOUBLE):
            return float(value)
        case _:
            return value


def test_all_records_are_there() -> None:
    if not os.environ.get("HELIOGRAPH_BOTOCORE_SDIST"):
        pytest.skip(
            "no records: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution"
        )
    assert len(RECORDS) > 200
    assert {*EXCEPTIONS} <= {record.id for record in RECORDS}
