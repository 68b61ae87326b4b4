# SPDX-License-Identifier: Apache-2.0
"""Smithy's and botocore's protocol cases were made of one source: the two front-ends read the same models.

Botocore's cases carry fragments of C2J models, one operation each; Smithy's carry whole models. What is said of an
operation that both have is equal, but for what stands in ``convergence.json``, each with its reason. A reason that
explains nothing any more is a failure.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from heliograph_codegen import ir
from heliograph_codegen.frontends import c2j, smithy
from proof.sayings import differences, sayings

REVIEWED: list[dict[str, str]] = json.loads(
    Path(__file__).with_name("convergence.json").read_text(encoding="utf-8")
)

PAIRS = {
    "ec2": "aws.protocoltests.ec2.AwsEc2",
    "json": "aws.protocoltests.json.JsonProtocol",
    "json_1_0": "aws.protocoltests.json10.JsonRpc10",
    "json_1_0-query-compatible": "aws.protocoltests.json10.QueryCompatibleJsonRpc10",
    "query": "aws.protocoltests.query.AwsQuery",
    "rest-json": "aws.protocoltests.restjson.RestJson",
    "rest-xml": "aws.protocoltests.restxml.RestXml",
    "smithy-rpc-v2-cbor": "smithy.protocoltests.rpcv2Cbor.RpcV2Protocol",
    "smithy-rpc-v2-cbor-non-query-compatible": "aws.protocoltests.rpcv2cbor.NonQueryCompatibleRpcV2Protocol",
    "smithy-rpc-v2-cbor-query-compatible": "aws.protocoltests.rpcv2cbor.QueryCompatibleRpcV2Protocol",
}
"""Botocore's file, and Smithy's service."""

ONLY_IN_BOTOCORE = {("smithy-rpc-v2-cbor", "HttpPayloadWithUnion")}
"""Operations that Smithy's model does not have."""

FRAGMENTS = 323


@pytest.fixture(scope="session")
def botocore_cases() -> Path:
    """The folder of botocore's protocol cases, where the environment names its source distribution."""
    sdist = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not sdist:
        pytest.skip("no cases: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution")
    return Path(sdist) / "tests/unit/protocols"


@cache
def _smithy_model(file: Path) -> ir.Model:
    return smithy.load(file)


def _fragments(folder: Path, stem: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Of each fragment of a file: on which side its cases are, the operation, and the model of that."""
    for side in ("input", "output"):
        file = folder / side / f"{stem}.json"
        for fragment in json.loads(file.read_text(encoding="utf-8")) if file.is_file() else ():
            given = fragment["cases"][0]["given"]
            document = {
                "metadata": fragment["metadata"],
                "operations": {given["name"]: given},
                "shapes": fragment["shapes"],
            }
            yield side, given, document


class Difference(NamedTuple):
    """Protocol, operation and place, and what each model says there."""

    place: str
    c2j: str
    smithy: str

    def is_explained_by(self, row: Mapping[str, str]) -> bool:
        return all(fnmatchcase(getattr(self, key), row.get(key, "*")) for key in self._fields)


def _compared(
    stem: str, published: ir.Model, side: str, given: dict[str, Any], document: Any
) -> list[Difference]:
    name = given["name"]
    fragment = c2j.load(document)
    listed = fragment.operations[name].errors
    sides = frozenset(["input"] if side == "input" else ["output"] if "output" in given else [])
    ours, theirs = (sayings(model, name, sides=sides) for model in (fragment, published))
    for error in listed:  # a fragment lists no others than it needs
        assert error in published.operations[name].errors
        ours |= _of_error(fragment, name, error)
        theirs |= _of_error(published, name, error)
    return [
        Difference(f"{stem} {name} {place}", str(one), str(other))
        for place, one, other in differences(ours, theirs)
    ]


def _of_error(model: ir.Model, operation: str, error: str) -> dict[str, object]:
    table = sayings(model, operation, sides=frozenset(["errors"]))
    return {place: said for place, said in table.items() if place.startswith(f"error {error}")}


def test_the_models_are_equal_but_for_what_was_reviewed(suites: Path, botocore_cases: Path) -> None:
    unexplained: list[Difference] = []
    explaining: set[str] = set()
    fragments = 0
    for stem, service in PAIRS.items():
        published = _smithy_model(suites / f"smithy-protocols/{service}.ast.json")
        for side, given, document in _fragments(botocore_cases, stem):
            fragments += 1
            if (stem, given["name"]) in ONLY_IN_BOTOCORE:
                continue
            for difference in _compared(stem, published, side, given, document):
                reasons = {row["place"] for row in REVIEWED if difference.is_explained_by(row)}
                explaining |= reasons
                unexplained += [] if reasons else [difference]
    assert unexplained == []
    assert {row["place"] for row in REVIEWED} == explaining, "a difference is gone: remove its reason"
    assert fragments == FRAGMENTS
    assert all(row["reason"].endswith(".") for row in REVIEWED)


S3_IS_A_CUT = {
    "GetBucketLocation output.LocationConstraint/names": "C2J has no names of values.",
    "GetBucketLocation output.LocationConstraint/values": "Smithy's lists one region.",
    "GetObject operation/errors": "Smithy's lists none.",
    "ListObjectsV2 error NoSuchBucket/error": "Smithy's names no status.",
    "ListObjectsV2 operation/paginator": "C2J says what grows with the pages.",
    "ListObjectsV2 output.Contents[].Size/kind": "Smithy's is older: it was an integer.",
    "ListObjectsV2 output.Contents[].StorageClass/values": "Botocore's lists newer ones.",
}
"""Smithy's model of S3 is cut down for its cases. Where it differs in what it does say."""


def test_what_smithys_cases_say_of_s3_is_what_botocore_says(suites: Path) -> None:
    pytest.importorskip("botocore", reason="its model of S3 is compared")
    whole = c2j.load("botocore:s3")
    cut = _smithy_model(suites / "smithy-protocols/com.amazonaws.s3.AmazonS3.ast.json")
    sides = frozenset(["input", "output", "errors"])
    found: set[str] = set()
    for name in cut.operations:
        for place, said, _ in differences(*(sayings(model, name, sides=sides) for model in (cut, whole))):
            if said is not None and not place.endswith("documentation"):
                found.add(f"{name} {place}")
    assert found == set(S3_IS_A_CUT)
