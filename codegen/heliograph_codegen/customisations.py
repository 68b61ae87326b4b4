# SPDX-License-Identifier: Apache-2.0
"""What some services want besides what their models say: which operations want what.

Each customisation has a name, which stands in the model, and an object of the same name in the runtime
(``heliograph.customisations``), which does it. :func:`customise` says here, service by service, what people know of a
service and its published model does not tell; a model in YAML says it itself, with ``customise``, ``headers`` and
members that are there for the ``endpoint`` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Customisation:
    """What the generator has to know of a customisation.

    Attributes:
        fills: Members of the input that it fills where they are left out, and with what.
        changes: Members of the input that it sends in another form than they are given.
        remakes: It makes another request of the one that the model describes.
    """

    fills: Mapping[str, str] = field(default_factory=dict[str, str])
    changes: tuple[str, ...] = ()
    remakes: bool = False


CUSTOMISATIONS: Final[Mapping[str, Customisation]] = {
    "console-output": Customisation(),
    "dynamodb-checksum": Customisation(),
    "ec2-copy": Customisation(remakes=True),
    "glacier-account": Customisation(fills={"accountId": "-"}),
    "glacier-hashes": Customisation(),
    "iam-policies": Customisation(),
    "oauth-errors": Customisation(),
    "rds-copy": Customisation(changes=("SourceRegion",)),
    "route53-ids": Customisation(),
    "s3-ascii-metadata": Customisation(),
    "s3-bare-bucket": Customisation(),
    "s3-bucket-location": Customisation(),
    "s3-copy-source": Customisation(),
    "s3-copy-source-customer-key": Customisation(),
    "s3-customer-key": Customisation(),
    "s3-encoded-keys": Customisation(fills={"EncodingType": "url"}),
    "s3-error-in-success": Customisation(),
    "s3-expires": Customisation(),
    "search-as-form": Customisation(remakes=True),
    "user-data": Customisation(changes=("UserData",)),
}
"""The customisations that there are."""


def runtime_name(customisation: str) -> str:
    """What the runtime calls a customisation."""
    return customisation.replace("-", "_")


def of(operation: ir.Operation) -> list[Customisation]:
    """The customisations of an operation."""
    return [CUSTOMISATIONS[name] for name in operation.customisations]


def filled(operation: ir.Operation) -> dict[str, str]:
    """The members of an operation's input that are filled where they are left out, and with what."""
    return {name: value for each in of(operation) for name, value in each.fills.items()}


def customise(model: ir.Model) -> ir.Model:
    """A published model with what is known of its service besides."""
    change = _SERVICES.get(model.service.id)
    return model if change is None else change(model)


def _adding(names: Mapping[str, tuple[str, ...]]) -> Callable[[ir.Model], ir.Model]:
    """Add customisations to the operations of these names; ``*`` stands for all."""

    def change(model: ir.Model) -> ir.Model:
        return _with_operations(
            model,
            lambda each: replace(
                each, customisations=each.customisations + names.get("*", ()) + names.get(each.name, ())
            ),
        )

    return change


def _with_operations(model: ir.Model, change: Callable[[ir.Operation], ir.Operation]) -> ir.Model:
    return replace(model, operations={name: change(each) for name, each in model.operations.items()})


def _with_header(name: str, value: str) -> Callable[[ir.Operation], ir.Operation]:
    return lambda each: replace(each, headers=tuple(sorted((*each.headers, (name, value)))))


def _api_gateway(model: ir.Model) -> ir.Model:
    """Without it the service answers in a format that no model describes."""
    return _with_operations(model, _with_header("accept", "application/json"))


def _glacier(model: ir.Model) -> ir.Model:
    hashed = ("glacier-hashes",)
    added = _adding({"*": ("glacier-account",), "UploadArchive": hashed, "UploadMultipartPart": hashed})(
        model
    )
    return _with_operations(added, _with_header("x-amz-glacier-version", model.service.version))


def _s3_control(model: ir.Model) -> ir.Model:
    """The endpoint rules put the account's id into the host already."""
    if model.service.endpoint_rules is None:
        return model
    shapes = {name: _without_host_labels(shape) for name, shape in model.shapes.items()}
    changed = _with_operations(model, lambda each: replace(each, host_prefix=None))
    return replace(changed, shapes=shapes)


def _without_host_labels(shape: ir.AnyShape) -> ir.AnyShape:
    if not isinstance(shape, ir.StructureShape) or not any(
        each.host_label for each in shape.members.values()
    ):
        return shape
    members = {name: replace(each, host_label=False) for name, each in shape.members.items()}
    return replace(shape, members=members)


def _patient(seconds: Mapping[str, int]) -> Callable[[ir.Model], ir.Model]:
    """Operations that wait for something to happen, with the seconds after which they answer at the latest."""
    reason = "It waits for something to happen, and answers without it when this time is nearly over."

    def change(model: ir.Model) -> ir.Model:
        return _with_operations(
            model,
            lambda each: (
                replace(
                    each,
                    long_polling=True,
                    read_timeout=each.read_timeout or ir.ReadTimeout(seconds[each.name], reason),
                )
                if each.name in seconds
                else each
            ),
        )

    return change


def _dynamodb(model: ir.Model) -> ir.Model:
    """Quick and many, its calls are tried more often and sooner; its answers carry a checksum."""
    service = replace(model.service, retries=ir.Retries(attempts=4, base=25))
    return _adding({"*": ("dynamodb-checksum",)})(replace(model, service=service))


def _machine_learning(model: ir.Model) -> ir.Model:
    """Predictions are asked for where the model is, whose endpoint the caller gives."""
    operation = model.operations.get("Predict")
    if operation is None or operation.input is None:
        return model
    given = model.structure(operation.input)
    endpoint = replace(given.members["PredictEndpoint"], context_param="Endpoint")
    changed = replace(given, members={**given.members, "PredictEndpoint": endpoint})
    return replace(model, shapes={**model.shapes, given.name: changed})


_RDS_COPIES = _adding(
    dict.fromkeys(
        (
            "CopyDBClusterSnapshot",
            "CopyDBSnapshot",
            "CreateDBCluster",
            "CreateDBInstanceReadReplica",
            "StartDBInstanceAutomatedBackupsReplication",
        ),
        ("rds-copy",),
    )
)
_S3_KEYS = ("s3-customer-key",)
_S3_COPIES = ("s3-copy-source", "s3-customer-key", "s3-copy-source-customer-key")
_S3 = _adding(
    {
        "*": ("s3-expires",),
        "CompleteMultipartUpload": ("s3-customer-key", "s3-error-in-success"),
        "CopyObject": (*_S3_COPIES, "s3-ascii-metadata", "s3-error-in-success"),
        "CreateMultipartUpload": ("s3-customer-key", "s3-ascii-metadata"),
        "DeleteObjects": ("s3-error-in-success",),
        "GetBucketLocation": ("s3-bucket-location",),
        "GetObject": _S3_KEYS,
        "HeadObject": _S3_KEYS,
        "ListObjectVersions": ("s3-encoded-keys",),
        "ListObjects": ("s3-encoded-keys",),
        "ListObjectsV2": ("s3-encoded-keys",),
        "PutObject": ("s3-customer-key", "s3-ascii-metadata"),
        "SelectObjectContent": _S3_KEYS,
        "UploadPart": _S3_KEYS,
        "UploadPartCopy": (*_S3_COPIES, "s3-error-in-success"),
    }
)
_BUCKET_IN_PATH = "/{Bucket}"


def _s3(model: ir.Model) -> ir.Model:
    model = _S3(model)
    if model.service.endpoint_rules is None:
        return model
    shapes = dict(model.shapes)
    operations = dict(model.operations)
    for name, operation in operations.items():
        path = str(operation.path)
        if operation.input is None or not path.startswith(_BUCKET_IN_PATH):
            continue
        rest = path.removeprefix(_BUCKET_IN_PATH)
        if rest.startswith("/"):
            operations[name] = replace(operation, path=ir.Path.parse(rest))
        else:
            bare = (*operation.customisations, "s3-bare-bucket")
            operations[name] = replace(operation, path=ir.Path.parse(f"/{rest}"), customisations=bare)
        given = model.structure(operation.input)
        bucket = replace(given.members["Bucket"], binding=ir.Binding(ir.Location.ENDPOINT))
        shapes[given.name] = replace(given, members={**given.members, "Bucket": bucket})
    return replace(model, operations=operations, shapes=shapes)


_SERVICES: Final[Mapping[str, Callable[[ir.Model], ir.Model]]] = {
    "API Gateway": _api_gateway,
    "Auto Scaling": _adding({"CreateLaunchConfiguration": ("user-data",)}),
    "CloudSearch Domain": _adding({"Search": ("search-as-form",)}),
    "DynamoDB": _dynamodb,
    "DynamoDB Streams": _dynamodb,
    "DocDB": _RDS_COPIES,
    "EC2": _adding(
        {
            "CopySnapshot": ("ec2-copy",),
            "GetConsoleOutput": ("console-output",),
            "RunInstances": ("user-data",),
        }
    ),
    "Glacier": _glacier,
    "IAM": _adding({"*": ("iam-policies",)}),
    "Kinesis": _patient({"ReceiveDeadLetterQueueRecords": 30, "ReceiveQueueRecords": 30}),
    "Machine Learning": _machine_learning,
    "Neptune": _RDS_COPIES,
    "RDS": _RDS_COPIES,
    "Route 53": _adding({"*": ("route53-ids",)}),
    "S3": _s3,
    "S3 Control": _s3_control,
    "SFN": _patient({"GetActivityTask": 65}),
    "SQS": _patient({"ReceiveMessage": 30}),
    "SSO OIDC": _adding({"*": ("oauth-errors",)}),
    "SWF": _patient({"PollForActivityTask": 70, "PollForDecisionTask": 70}),
}
"""What is changed, by service id."""
