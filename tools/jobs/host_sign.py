"""Whether a supervisor is online on the broker, told to who waits for a gateway's trial; or its sign of life from here.

Not its job: the errand itself (a desk, to which this passes everything on), the connection it uses (carrier.py).
A gateway confirms a change only once it has heard its supervisor. Where none runs (one site, tried out from a laptop), this
program may say that it is there, as long as it waits.
Source: protocols/message_tables.py, host_state: retained, with a last will.
"""

import secrets

from protocols import messages, topics
from tools.jobs import carrier

SEEN_MS = 3000      # what is retained comes with the subscription
LONG_MS = 6000      # a change that is refused is so by then
WAITS = ("the gateway waits for its supervisor, and none is online on this broker: start it, or --alone says from here that it "
         "is there")
ALONE = "no supervisor is online on this broker: its sign of life comes from here until the gateway has decided"
UNHEARD = "the broker passes on no %s from here: a certificate or user that may write it is needed" % topics.HOST_STATE


class HostWatch:
    """A desk as the carrier knows it, around another one."""

    def __init__(self, desk, say, make_sign=None):
        """desk: the errand; say: function (text); make_sign: function () -> SignOfLife that is begun, None: never."""
        self._desk, self._say, self._make_sign = desk, say, make_sign
        self._sign = None
        self._is_online = False     # a supervisor that is not us
        self._is_heard = False      # our own sign came back
        self._since_ms = None       # this wait is on
        self._said = set()

    @property
    def rows(self):
        """As the desk has them."""
        return self._desk.rows

    def filters(self):
        """What to subscribe to."""
        return self._desk.filters() + [(topics.HOST_STATE, 1)]

    def is_over(self):
        """Whether the errand is done."""
        return self._desk.is_over()

    def on_message(self, topic, payload):
        """Messages to send because of this one."""
        if topic != topics.HOST_STATE:
            return self._desk.on_message(topic, payload)
        content, error = messages.decode("host_state", payload)
        if error is not None:
            return []
        if self._sign is not None and content["session"] == self._sign.session:
            self._is_heard = True
            return []
        self._is_online = content["state"] == "online"
        if self._is_online and self._sign is not None:
            self._sign.leave()      # the true one came: what it says holds
            self._sign = None
        return []

    def on_time(self, now_ms):
        """Messages to send now."""
        if self._since_ms is None:
            self._since_ms = now_ms
        out = self._desk.on_time(now_ms)
        if not self._is_online and not self._desk.is_over():
            self._miss(now_ms - self._since_ms)
        return out

    def _miss(self, waited_ms):
        if self._make_sign is None:
            if waited_ms >= LONG_MS:
                self._tell(WAITS)
        elif self._sign is None:
            if waited_ms >= SEEN_MS:
                self._tell(ALONE)
                self._sign = self._make_sign()
        elif not self._is_heard and waited_ms >= SEEN_MS + LONG_MS:
            self._tell(UNHEARD)

    def _tell(self, words):
        if words not in self._said:
            self._said.add(words)
            self._say(words)

    def end(self):
        """Nobody waits any more: a sign that came from here ends."""
        if self._sign is not None:
            self._sign.end()
            self._sign = None


class SignOfLife:
    """An own connection, so that the broker says offline when this program dies."""

    def __init__(self, access):
        """access: as Carrier has it. OSError without a broker."""
        self.session = "alone-" + secrets.token_hex(4)
        self._client = carrier.client(access, "alone-")
        self._client.will_set(topics.HOST_STATE, self._state("offline"), 1, True)
        self._client.on_connect = lambda client, *_: client.publish(topics.HOST_STATE, self._state("online"), 1, True)
        self._client.connect(access["host"], access["port"])
        self._client.loop_start()

    def end(self):
        """Say offline and go."""
        try:
            self._client.publish(topics.HOST_STATE, self._state("offline"), 1, True).wait_for_publish(2)
        except (RuntimeError, ValueError):
            pass    # not connected: the last will has said it
        self.leave()

    def leave(self):
        """Go without a word."""
        self._client.disconnect()
        self._client.loop_stop()

    def _state(self, state):
        return messages.encode("host_state", {"state": state, "session": self.session})
