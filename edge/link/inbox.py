"""What the supervisor sent: commands, plans and the group's signal become commands of the controller, or a refusal.

Not its job: judging form, signature and order (command_gate.py), acknowledging (vpp.py), acting (commitments.py).
Source: ours.
"""
from edge import reasons
from edge.commitments import AGC_STALE_MS
from edge.limits import LIFT_LEASE_MAX_S
from edge.link.command_gate import CommandGate
from edge.token_bucket import TokenBucket
from protocols import messages
from protocols.command_window import CLOCK_SLACK_MS, clock_or_none
from protocols.refusals import DUPLICATE, LEASE_TOO_LONG, MALFORMED, OBSERVE_MODE, RETAINED, STALE, TOO_MANY, UNKNOWN_DEVICE

# The group's signal comes every few seconds; it is not signed, so a flood must cost little.
AGC_BURST, AGC_REFILL_MS = 10, 250

# Of one second; a flood is counted in full but not written down in full.
REFUSALS_KEPT = 4

# What the law reads of each kind of lease: fields of the message.
_LEASE_VALUES = {
    "setpoint": ("p_w", "ramp_w_s"), "limits": ("p_charge_max_w", "p_discharge_max_w"), "wape_lift": (),
    "v2g_support": (), "agc_reservation": ("p_cap_w",), "reserve": ("service", "p_up_w", "p_down_w", "p_base_w"),
    "dso_limit": ("p_import_max_w", "p_export_max_w"),
}


class Inbox:
    """Messages of one gateway, on their way to its controller."""

    def __init__(self, config, ports):
        """config: Config; ports: clock and store."""
        self.gate = CommandGate(config, ports)
        self.accepted = 0
        self.refused = 0
        self.commands = []      # for the controller
        self.refusals = []      # (reason, command id, values) for the journal
        self.agc_seq = None     # of the last broadcast taken; None: of another sender, any is newer
        self._agc_ms = 0
        self._agc_bucket = None     # with the first broadcast: most sites follow none
        self._config = config
        self._clock = ports.clock

    def agc(self, now_ms, payload, is_retained):
        """Take a broadcast; only the newest counts."""
        if self._agc_bucket is None:
            self._agc_bucket = TokenBucket(AGC_BURST, AGC_REFILL_MS)
        number = TOO_MANY
        if self._agc_bucket.take(now_ms):
            content, error = messages.decode("agc", payload)
            number = MALFORMED if error else RETAINED if is_retained else 0 if self._is_news(now_ms, content) else STALE
        if number:
            self.refuse(reasons.COMMAND_REFUSED, "agc", [number])
            return
        self.agc_seq, self._agc_ms = content["seq"], now_ms
        self.commands = [command for command in self.commands if command["kind"] != "agc"]
        self.commands.append({"kind": "agc", "scalar": content["scalar"]})

    def _is_news(self, now_ms, content):
        """Whether a broadcast is newer than the last one, and not from long ago by our clock, where that is set.

        It is not signed: a number far ahead must not shut the true sender out for longer than a scalar holds.
        """
        unix_ms = clock_or_none(self._clock.unix_ms())
        if unix_ms is not None and abs(unix_ms - content["iat_ms"]) > CLOCK_SLACK_MS:
            return False
        return self.agc_seq is None or content["seq"] > self.agc_seq or now_ms - self._agc_ms > AGC_STALE_MS

    def plan(self, content):
        """(reason number, controller command) of a plan that was let in."""
        number = self._der_number(content["device"])
        if number is None:
            return UNKNOWN_DEVICE, None
        return 0, {"kind": "plan", "der": number, "p_default_w": content["p_default_w"]}

    def command(self, now_ms, topic, payload, is_retained):
        """Take a command: (is it from the supervisor and new, content of its acknowledgement)."""
        message, reason, detail = self.gate.check(now_ms, topic, payload, is_retained)
        ref = message["id"] if message else ""
        if reason == DUPLICATE:
            # A re-delivery: its first answer stands, this one only calms the sender.
            return False, {"ref": ref, "stage": "received", "reason": reason}
        is_new = reason == 0
        if is_new:
            reason, command = self._to_controller(now_ms, message)
        if reason:
            self.refuse(reasons.COMMAND_REFUSED, ref, [reason, detail])
            return is_new, {"ref": ref, "stage": "refused", "reason": reason, "detail": detail}
        self.accepted += 1
        self.commands.append(command)
        return True, {"ref": ref, "stage": "received", "reason": 0}

    def refuse(self, reason, subject, values):
        """Count a refusal and keep it for the journal."""
        self.refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append((reason, subject, values))

    def _to_controller(self, now_ms, message):
        """(reason number, controller command) of a message the gate let in."""
        if message["kind"] == "revoke":
            return 0, {"kind": "revoke", "ref": message["ref"]}
        if self._config.gateway.mode == "observe":
            return OBSERVE_MODE, None
        number = self._der_number(message["device"])
        if number is None:
            return UNKNOWN_DEVICE, None
        start_ms, end_ms = self.gate.window(now_ms, message)
        if message["kind"] == "wape_lift" and end_ms - start_ms > LIFT_LEASE_MAX_S * 1000:
            return LEASE_TOO_LONG, None
        offline_s = message["offline_s"]
        row = [message["id"], message["kind"], number, message["priority"], message["iat_ms"], start_ms, end_ms,
               None if offline_s is None else int(offline_s * 1000),
               [message[field] for field in _LEASE_VALUES[message["kind"]]]]
        return 0, {"kind": "lease", "row": row}

    def _der_number(self, device):
        """Index of a DER by name, -1 for all (no name), None when there is none."""
        if device is None:
            return -1
        names = [der.name for der in self._config.ders]
        return names.index(device) if device in names else None
