# SPDX-License-Identifier: Apache-2.0
"""A whole process: ``start.py PEER construct|first-call URL [CA_FILE]``. It imports nothing of its own but sys."""

import sys

_, name, action, url, *ca = sys.argv
peer = __import__(f"{name}_peer")
client = peer.client(url, ca[0] if ca else None)
if action == "first-call":
    peer.call(client)
