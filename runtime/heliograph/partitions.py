# SPDX-License-Identifier: Apache-2.0
"""The partitions of AWS: which regions there are, and how hosts are named in them.

Facts as AWS publishes them for its SDKs (partitions.json, version 1.1), in the order in which they are tried.
A region that is not listed belongs to the partition whose prefix it carries, and else to the first.
"""

from __future__ import annotations


class Partition:
    """One partition, and what its hosts are called."""

    __slots__ = (
        "dns_suffix",
        "dual_stack_dns_suffix",
        "global_region",
        "name",
        "prefixes",
        "regions",
        "supports_dual_stack",
        "supports_fips",
    )

    def __init__(
        self,
        name: str,
        *,
        dns_suffix: str,
        dual_stack_dns_suffix: str,
        global_region: str,
        supports_fips: bool,
        supports_dual_stack: bool,
        prefixes: tuple[str, ...],
        regions: str,
    ) -> None:
        self.name = name
        self.dns_suffix = dns_suffix
        self.dual_stack_dns_suffix = dual_stack_dns_suffix
        self.global_region = global_region
        self.supports_fips = supports_fips
        self.supports_dual_stack = supports_dual_stack
        self.prefixes = prefixes
        self.regions = frozenset(regions.split())

    def covers(self, region: str) -> bool:
        """Whether a region that is listed nowhere has the form of this partition's: ``PREFIX-WORD-NUMBER``."""
        for prefix in self.prefixes:
            if region.startswith(prefix + "-"):
                word, _, number = region[len(prefix) + 1 :].rpartition("-")
                if number.isdigit() and word.replace("_", "a").isalnum():
                    return True
        return False


PARTITIONS = (
    Partition(
        "aws",
        dns_suffix="amazonaws.com",
        dual_stack_dns_suffix="api.aws",
        global_region="us-east-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=(
            "us",
            "eu",
            "ap",
            "sa",
            "ca",
            "me",
            "af",
            "il",
            "mx",
        ),
        regions=(
            "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 "
            "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 "
            "ap-southeast-6 ap-southeast-7 aws-global ca-central-1 ca-west-1 eu-central-1 eu-central-2 "
            "eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 "
            "me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2"
        ),
    ),
    Partition(
        "aws-cn",
        dns_suffix="amazonaws.com.cn",
        dual_stack_dns_suffix="api.amazonwebservices.com.cn",
        global_region="cn-northwest-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("cn",),
        regions=("aws-cn-global cn-north-1 cn-northwest-1"),
    ),
    Partition(
        "aws-eusc",
        dns_suffix="amazonaws.eu",
        dual_stack_dns_suffix="api.amazonwebservices.eu",
        global_region="eusc-de-east-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("eusc-de",),
        regions=("eusc-de-east-1"),
    ),
    Partition(
        "aws-iso",
        dns_suffix="c2s.ic.gov",
        dual_stack_dns_suffix="api.aws.ic.gov",
        global_region="us-iso-east-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("us-iso",),
        regions=("aws-iso-global us-iso-east-1 us-iso-west-1"),
    ),
    Partition(
        "aws-iso-b",
        dns_suffix="sc2s.sgov.gov",
        dual_stack_dns_suffix="api.aws.scloud",
        global_region="us-isob-east-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("us-isob",),
        regions=("aws-iso-b-global us-isob-east-1 us-isob-west-1"),
    ),
    Partition(
        "aws-iso-e",
        dns_suffix="cloud.adc-e.uk",
        dual_stack_dns_suffix="api.cloud-aws.adc-e.uk",
        global_region="eu-isoe-west-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("eu-isoe",),
        regions=("aws-iso-e-global eu-isoe-west-1"),
    ),
    Partition(
        "aws-iso-f",
        dns_suffix="csp.hci.ic.gov",
        dual_stack_dns_suffix="api.aws.hci.ic.gov",
        global_region="us-isof-south-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("us-isof",),
        regions=("aws-iso-f-global us-isof-east-1 us-isof-south-1"),
    ),
    Partition(
        "aws-us-gov",
        dns_suffix="amazonaws.com",
        dual_stack_dns_suffix="api.aws",
        global_region="us-gov-west-1",
        supports_fips=True,
        supports_dual_stack=True,
        prefixes=("us-gov",),
        regions=("aws-us-gov-global us-gov-east-1 us-gov-west-1"),
    ),
)

BY_REGION = {region: partition for partition in PARTITIONS for region in partition.regions}
"""The partition of each region that is listed."""


def partition_of(region: str) -> Partition:
    """The partition a region belongs to."""
    listed = BY_REGION.get(region)
    if listed is not None:
        return listed
    return next((partition for partition in PARTITIONS if partition.covers(region)), PARTITIONS[0])
