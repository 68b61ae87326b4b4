# SPDX-License-Identifier: Apache-2.0
"""Every service that the installed botocore knows: generated, checked, and called beside botocore itself."""
