# SPDX-License-Identifier: Apache-2.0
"""The default chain: environment, profile, container, instance.

A source that is not configured passes the question on; one that is configured and broken ends it with the reason.
"""

from __future__ import annotations

from ..config import profile_of
from ..errors import CredentialsError
from .container import Container
from .environment import Environment
from .instance import Instance, NotThere
from .profile import Profile
from .provider import Provider

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..effects import Effects
    from .context import Context
    from .roles import AskForCode
    from .types import Credentials


class Chain(Provider):
    """Where a client looks that is given no credentials.

    Keys in the environment, which a profile named in code passes over; what the profile names; the container's agent;
    the metadata service of the instance.

    Arguments:
        mfa_code: gets the code that an MFA device shows, given its serial number; asks on the terminal by default.
    """

    NAME = "default chain"

    def __init__(self, *, mfa_code: AskForCode | None = None) -> None:
        self.mfa_code = mfa_code

    def load(self, context: Context) -> Effects[Credentials | None]:
        """The first credentials there are.

        Raises:
            CredentialsError: there are none, or a source that is configured is broken.
        """
        if context.profile is None:
            found = yield from Environment().load(context)
            if found is not None:
                return found
        name = context.profile_name
        profile_of((yield from context.files()), name)
        for source in (Profile(mfa_code=self.mfa_code), Container()):
            found = yield from source.load(context)
            if found is not None:
                return found
        try:
            return (yield from Instance().needed(context))
        except NotThere as error:
            raise CredentialsError(
                "no credentials: pass credentials=, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,"
                f" or put a source of them into profile {name} ({error})"
            ) from error
