"""Values that other devices of the house publish: one number of a JSON payload each, as long as it is fresh.

Not its job: the connection (site_link.py), what a value means (household).
Source: ours. A retained message says what somebody published at an unknown time, so it counts as nothing; a fresh one
comes. Text that is a number is one: half of the publishers quote theirs.
"""
from protocols import strict_json

# Nothing in a house is larger; beyond it, somebody has mistaken a unit.
LARGEST_W = 1e6
SOC_RANGE_PCT = (0, 100)
SOC = "soc_pct"


class Values:
    """inputs: the `input` sections; first_der: name of the first charger, whose soc_pct it is where none is named."""

    def __init__(self, inputs, first_der):
        self._rows = []         # [key, topic, path, scale, max age ms, value or None, taken ms]
        for row in inputs:
            key = row.quantity if row.quantity != SOC else "%s:%s" % (SOC, row.evse or first_der)
            path = row.path.split(".") if row.path else []
            self._rows.append([key, row.topic, path, row.scale, int(row.max_age_s * 1000), None, 0])
        self.bad = 0            # payloads without a number where one should be

    def topics(self):
        """What to subscribe to, each once."""
        found = []
        for row in self._rows:
            if row[1] not in found:
                found.append(row[1])
        return found

    def take(self, now_ms, topic, payload, is_retained):
        """A message; True when it is for here."""
        rows = [row for row in self._rows if row[1] == topic]
        if rows and not is_retained:
            content, error = strict_json.decode(payload)
            if error is not None:
                content = _text(payload)
            for row in rows:
                value = _number(content, row[2])
                if value is not None:
                    value *= row[3]
                    low, high = SOC_RANGE_PCT if row[0].startswith(SOC) else (-LARGEST_W, LARGEST_W)
                    value = value if low <= value <= high else None
                if value is None:
                    self.bad += 1       # a sensor that says "unavailable" is unknown from now on
                row[5], row[6] = value, now_ms
        return bool(rows)

    def fresh(self, now_ms):
        """{key: value} of all that is known and not too old."""
        return {row[0]: row[5] for row in self._rows if row[5] is not None and now_ms - row[6] <= row[4]}


def _text(payload):
    try:
        return str(bytes(payload), "utf-8")
    except (UnicodeError, ValueError):
        return None


def _is_place(key):
    """Whether a key of a path is a number; isdigit() also takes what int() does not."""
    return bool(key) and not [char for char in key if char not in "0123456789"]


def _number(content, path):
    """The number at a path of keys and list places; None where there is none."""
    for key in path:
        if isinstance(content, dict):
            content = content.get(key)
        elif isinstance(content, list) and _is_place(key) and int(key) < len(content):
            content = content[int(key)]
        else:
            return None
    if isinstance(content, str):
        try:
            content = float(content)
        except ValueError:
            return None
    if isinstance(content, bool) or not isinstance(content, (int, float)):
        return None
    return content if -1e30 < content < 1e30 else None      # neither infinite nor no number
