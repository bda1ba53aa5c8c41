"""Wrong PINs, counted by the address they come from, so that who guesses locks out nobody else.

Not its job: comparing a PIN, sessions (guard.py).
Source: ours. A few addresses are remembered. Somebody with more of them fills the table, and then nobody new may try until
one of them is forgotten: guessing never gets more tries than the table has rows.
"""
# Wrong PINs until an address may not try for a while, which doubles each time up to the longest.
TRIES = 5
LOCK_MS = 60000
LOCK_MAX_MS = 3600000
ADDRESSES_MAX = 8
# Quiet for so long, an address is forgotten.
FORGET_MS = 2 * LOCK_MAX_MS
WRONG, LOCKS, UNTIL_MS, LAST_MS = range(4)


class LockOut:
    """Who may not try a PIN, and until when."""

    def __init__(self):
        self._rows = {}     # address -> [wrong ones since the last lock, locks, locked until ms, last wrong one ms]

    def locked_s(self, now_ms, address):
        """Seconds for which no PIN is taken from an address, 0 when one is."""
        self._forget(now_ms)
        row = self._rows.get(address)
        if row is not None:
            until_ms = row[UNTIL_MS]
        elif len(self._rows) < ADDRESSES_MAX:
            return 0
        else:
            until_ms = min([each[LAST_MS] for each in self._rows.values()]) + FORGET_MS
        return (until_ms - now_ms + 999) // 1000 if until_ms > now_ms else 0

    def wrong(self, now_ms, address):
        """A wrong PIN came from an address that is not locked."""
        row = self._rows.get(address)
        if row is None:
            row = self._rows[address] = [0, 0, now_ms, now_ms]
        row[WRONG] += 1
        row[LAST_MS] = now_ms
        if row[WRONG] >= TRIES:
            row[UNTIL_MS] = now_ms + min(LOCK_MS << row[LOCKS], LOCK_MAX_MS)
            row[WRONG], row[LOCKS] = 0, min(row[LOCKS] + 1, 10)

    def right(self, address):
        """The right PIN came."""
        self._rows.pop(address, None)

    def _forget(self, now_ms):
        for address in list(self._rows):
            if now_ms - self._rows[address][LAST_MS] >= FORGET_MS:
                self._rows.pop(address)
