"""Whom a commissioning asks: the installer at the terminal, or nobody.

Not its job: what is asked.
Source: ours. Nobody's answer is never a yes where a person has to vouch for something.
"""

import select
import sys

POLL_S = 0.2


class Terminal:
    """The installer. bench: time passes there while somebody thinks, or the charger would be left alone."""

    def __init__(self, bench, say=print, stream=None):
        self._bench = bench
        self._say = say
        self._stream = stream or sys.stdin

    def is_asked(self, text):
        """Ask for something to be done; True: a person was asked and will do it."""
        self._say("  >> " + text)
        return True

    def tell(self, text):
        """Ask for something that needs no answer."""
        self._say("  >> " + text)

    def confirms(self, text):
        """A yes or no that a person vouches for: True, False."""
        self._say("  ?? %s [y/N] " % text)
        while not select.select([self._stream], [], [], 0)[0]:
            self._bench.wait(POLL_S)
        return self._stream.readline().strip().lower() in ("y", "yes", "j", "ja")


class Nobody:
    """--yes: tests that need a hand are simulated, and nothing is vouched for."""

    def is_asked(self, text):
        """Nobody does it."""
        return False

    def tell(self, text):
        """Nobody to tell."""

    def confirms(self, text):
        """None: not answered."""
        return None
