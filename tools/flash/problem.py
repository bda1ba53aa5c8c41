"""What keeps a gateway from being flashed, said so that the reader knows what to do next.

Not its job: telling it (tools/commands/flash.py).
Source: ours.
"""


class Problem(Exception):
    """Nothing that runs was changed; the text says what is wrong and what to do."""


class Gone(Problem):
    """The gateway stopped answering half-way."""
