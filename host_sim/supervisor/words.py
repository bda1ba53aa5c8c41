"""What the supervisor does, in words: a line for each command it sends and each answer that matters.

Not its job: deciding (the rules), showing (the live table).
Source: ours; power never with a bare sign.
"""

# kind -> what sending it is, what it is
KINDS = {
    "wape_lift": ("lifts the WAPE constraint", "lift"),
    "v2g_support": ("gives the V2G support lease", "V2G support lease"),
    "setpoint": ("schedules", "setpoint"),
    "limits": ("sets operating limits", "limits"),
    "agc_reservation": ("reserves regulation", "reservation"),
    "reserve": ("contracts frequency reserve", "reserve contract"),
    "dso_limit": ("hands on the network operator's limit", "network operator's limit"),
    "revoke": ("takes back", "revocation"),
}
NOTICES = {"outage": "an outage", "turn_up": "a demand turn-up", "notice": "a notice"}
STAGES = {"applied": "in force", "expired": "over", "superseded": "replaced", "refused": "refused"}
DEVICES = {"bes": " battery"}
IDLE_W = 50


class Narrator:
    """Remembers what was sent, so that answers and revocations can be told by name."""

    def __init__(self, buses, begin_unix_ms):
        """buses: {gateway: bus}. begin_unix_ms: wall time of t = 0, for leases with a begin."""
        self._buses = buses
        self._begin_unix_ms = begin_unix_ms
        self._sent = {}     # command id -> (kind, place)

    def command(self, gateway, content):
        """One line for a command, its JSON content."""
        if content["kind"] == "revoke":
            kind, place = self._sent.get(content["ref"], ("revoke", self._place(gateway, None)))
            return "%s: takes the %s back" % (place, KINDS[kind][1])
        place = self._place(gateway, content.get("device"))
        self._sent[content["id"]] = content["kind"], place
        what = KINDS[content["kind"]][0]
        if content["kind"] == "setpoint":
            what += " " + power(content["p_w"])
        return "%s: %s %s" % (place, what, self._when(content))

    def notice(self, gateway, name, content):
        """One line for prices or an announcement."""
        place = self._place(gateway, None)
        if name == "prices":
            return "%s: tells prices of %d steps" % (place, len(content["import_per_kwh"]))
        word = "takes back" if content.get("withdrawn") else "announces"
        return "%s: %s %s %s" % (place, word, NOTICES[content["what"]], content.get("text", ""))

    def answer(self, gateway, content, reason):
        """One line for an acknowledgement, None for one that tells nothing new. reason: name of its number."""
        if content["stage"] == "received" or content["ref"] not in self._sent:
            return None
        kind, place = self._sent[content["ref"]]
        text = "%s: %s %s" % (place, KINDS[kind][1], STAGES[content["stage"]])
        if content["stage"] == "refused":
            return "%s, %s" % (text, reason.replace("_", " "))
        applied_w = content.get("applied_w")
        return text if applied_w is None else "%s, %s" % (text, power(applied_w))

    def _place(self, gateway, device):
        return self._buses.get(gateway, gateway) + DEVICES.get(device, "")

    def _when(self, content):
        start_ms = content.get("nbf_ms")
        if start_ms is None:
            return "for %.0f s" % ((content["exp_ms"] - content["iat_ms"]) / 1000)
        window_s = [(t_ms - self._begin_unix_ms) / 1000 for t_ms in (start_ms, content["exp_ms"])]
        return "from %.1f to %.1f s" % tuple(window_s)


def power(p_w):
    """"charging 3.4 kW", "discharging 6.0 kW", "idle"; W, positive when injected."""
    if abs(p_w) < IDLE_W:
        return "idle"
    return "%s %.1f kW" % ("discharging" if p_w > 0 else "charging", abs(p_w) / 1000)
