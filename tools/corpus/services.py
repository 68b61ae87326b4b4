# SPDX-License-Identifier: Apache-2.0
"""The services, and which of them the slower checks look at."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from corpus.worker import Outcome

LARGEST = 25


def chosen(outcomes: Sequence[Outcome], seed: int) -> list[Outcome]:
    """The largest, one of each protocol, and a tenth of the others, the same for the same seed."""
    made = [each for each in outcomes if each.made.operations and not each.made.refused]
    by_size = sorted(made, key=lambda each: (-each.made.lines, each.service))
    found = {each.service: each for each in [*by_size[:LARGEST], *_one_each(made)]}
    others = sorted(each.service for each in made if each.service not in found)
    tenth = set(random.Random(seed).sample(others, len(others) // 10))
    return [each for each in made if each.service in found or each.service in tenth]


def _one_each(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return list({each.made.protocol: each for each in outcomes}.values())
