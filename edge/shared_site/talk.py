"""One side of a conversation whose every message answers one of the other side's: nothing old is ever believed.

Not its job: signatures and topics (link/site_peers.py), what is said (member.py, master.py).
Source: challenge and response as ISO/IEC 9798-4: it needs no common clock, which two gateways without a network time
don't have. The number of a message is its sender's own monotonic ms; `boot` tells one run of a gateway from the next.
"""


class Talk:
    """boot: of this gateway, a text; fresh_ms: an answer to something older is not believed."""

    def __init__(self, boot, fresh_ms):
        self.boot = boot
        self.fresh_ms = fresh_ms
        self._peer_boot = None
        self._peer_no = -1
        self._believed_ms = None        # when the peer last proved that it is there

    def envelope(self, now_ms, content):
        """A message to the peer: content, and what makes it believable."""
        message = {"boot": self.boot, "no": now_ms, "echo_boot": self._peer_boot, "echo_no": max(self._peer_no, 0)}
        message.update(content)
        return message

    def take(self, now_ms, message):
        """(whether to believe a message, None or why not). Signed by the peer it is, checked elsewhere."""
        is_answer = message["echo_boot"] == self.boot and 0 <= now_ms - message["echo_no"] < self.fresh_ms
        is_same = message["boot"] == self._peer_boot
        if is_same and message["no"] <= self._peer_no:
            return False, "stale"
        if not is_same and self._believed_ms is not None and now_ms - self._believed_ms < self.fresh_ms:
            # Somebody proved just now to be there: this is a recording, or a second one that should not be.
            return False, "another"
        if is_answer:
            self._believed_ms = now_ms
        self._peer_boot, self._peer_no = message["boot"], message["no"]
        return is_answer, None if is_answer else "unanswered"
