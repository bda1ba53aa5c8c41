"""Lets a remote command in, or says by number why not.

Not its job: what a command does (commitments.py), acknowledging (vpp.py), signatures themselves (protocols/auth).
Order of the checks: size, retained, rate, signature, form, times, order; the cheap ones and those that need no key
come first, so that a flood costs little.
Source: ours; limits from the message table.
"""
from edge.token_bucket import TokenBucket
from protocols import auth, command_window, messages, strict_json, topics
from protocols.forgetting import forget
from protocols.refusals import BAD_SIGNATURE, MALFORMED, OVERSIZED, RETAINED, STALE, TOO_MANY, UNKNOWN_VERSION

# Token bucket: bursts of a re-scheduled fleet pass, a flood does not.
BURST = 50
REFILL_PER_S = 10

# Sequence numbers are persisted in steps, to spare flash: after a restart the floor is the next step.
SEQ_STEP = 1000
_SEQ_FILE = "command-seq"


class CommandGate:
    """Remembers what was seen from the supervisor. keys: {kid: device key}; bucket: of everything that is signed with one."""

    newest_ms = None    # of dated.py

    def __init__(self, config, ports):
        """config: Config; ports: clock and store."""
        self._config = config
        self.ports = ports
        self.load_keys()
        saved = ports.store.read(_SEQ_FILE)
        is_kept = saved and saved.isdigit()
        self._last_seq = int(saved) if is_kept else None
        # Without the number nobody knows what was taken before, so nothing issued before this start is taken again.
        self._since_ms = 0 if is_kept else ports.clock.unix_ms() - command_window.CLOCK_SLACK_MS
        self._floor_seq = self._last_seq or 0
        self._ids = []
        self.bucket = TokenBucket(BURST, 1000 // REFILL_PER_S)
        self.to_store = []      # ("store", name, bytes) actions to hand on

    def load_keys(self):
        """Find out anew which device keys count: at the start, and whenever they have changed."""
        from edge.link import device_keys       # seldom

        self.keys = device_keys.accepted(self._config, self.ports.store)
        forget("edge.link.device_keys", "edge.link.place", "protocols.key_tree")

    def check(self, now_ms, topic, payload, is_retained):
        """(message dict, 0, "") for a command to follow, or (dict with its id or None, reason number, detail)."""
        if is_retained:
            return None, RETAINED, "commands are never retained"
        if not self.bucket.take(now_ms):
            return None, TOO_MANY, "more than %d commands a second" % REFILL_PER_S
        name = topics.parse(topic)[0]
        json_bytes, _, error = auth.verify(messages.row(name)[5], topic, payload, self.keys)
        if error is not None:
            number = OVERSIZED if error[0] == "oversized" else BAD_SIGNATURE
            return None, number, "%s: %s" % (error[0], error[3])
        message, error = messages.decode(name, json_bytes)
        if error is not None:
            return {"id": id_in(json_bytes)}, error_of(error), "%s at %s: got %s, allowed %s" % error
        number = (command_window.check_order(message, self._last_seq, self._ids)
                  or command_window.check_times(message, self.unix_ms())
                  or (STALE if message["iat_ms"] < self._since_ms else 0))
        if number:
            return message, number, ""
        self._remember(message)
        return message, 0, ""

    def window(self, now_ms, message):
        """(start_ms, end_ms) of an accepted command on the monotonic clock."""
        starts_ms, ends_ms = command_window.lease_window_ms(message, self.unix_ms())
        return now_ms + starts_ms, now_ms + ends_ms

    def unix_ms(self):
        """The wall clock, None while it is not set."""
        return command_window.clock_or_none(self.ports.clock.unix_ms())

    def _remember(self, message):
        command_window.remember(self._ids, message["id"])
        self._last_seq = message["seq"]
        self._since_ms = 0      # from here on the order tells
        if self._last_seq >= self._floor_seq:
            self._floor_seq = self._last_seq + SEQ_STEP
            self.keep(_SEQ_FILE, b"%d" % self._floor_seq)

    def keep(self, name, data):
        """Write what stops a replay, before anything is answered: else a power cut now would let it be played again."""
        try:
            self.ports.store.write_atomic(name, data)
        except OSError:
            self.to_store.append(("store", name, data))     # tried once more, and told; times still bound it


def id_in(json_bytes):
    """The id of a signed command that is malformed elsewhere, so that its sender knows which one; "" without."""
    content, _ = strict_json.decode(json_bytes)
    known = content.get("id") if isinstance(content, dict) else None
    return known if isinstance(known, str) and len(known) <= 40 else ""


def error_of(error):
    """Number of the refusal for an error of messages.decode."""
    if error[0] == "oversized":
        return OVERSIZED
    return UNKNOWN_VERSION if error[0] == "unknown_version" else MALFORMED
