"""Talks with one gateway about its configuration: reads what is reported, asks for sections, sends a change, waits for it.

Not its job: the connection (tools/jobs/carrier.py), signatures (handed in), words.
Source: fields as protocols/message_tables_seldom.py has them. Without I/O: what is to be sent is returned as
(topic, payload, QoS, retain).
"""

from edge import reasons
from protocols import messages, topics

SILENCE_MS = 15000      # a reported configuration is retained: it comes at once or not at all
SECTIONS_AT_ONCE = 12


class ConfigDesk:
    """One errand. rows: nothing, for the carrier. reported: the newest decoded `config_reported`, None before the first;
    sections: {name: its value}; outcome: None while it runs, "silent", "read", "in force", "refused", "on trial", "not taken": whoever it came
    from, the gateway would not read it. refusal: what the gateway said to that."""

    def __init__(self, gateway, new_id, *, request=None, change=None, wanted=None):
        """new_id: function () -> text. request: function (content) -> (topic, payload) of a signed `config_request`, or
        None: no sections. change: function (reported) -> (content of `config_desired`, its (topic, payload)), or None: only
        read. wanted: names of sections to read, None: those that `config_reported` leaves out."""
        self.rows = {}
        self.reported = None
        self.sections = {}
        self.outcome = self.refusal = None
        self._gateway = gateway
        self._new_id = new_id
        self._request, self._change, self._wanted = request, change, wanted
        self._asked = None      # id of the request that is out
        self._missing, self._out = [], []       # sections not yet whole, those of the request that is out
        self._parts = {}        # section -> {number: values}
        self._version = None    # of the change that is out
        self._until_ms = None

    def filters(self):
        """What to subscribe to."""
        return [(topics.topic(name, self._gateway), 1) for name in ("config_reported", "config_section", "event")]

    def is_over(self):
        """Whether there is nothing more to wait for."""
        return self.outcome is not None and self.outcome != "on trial"

    def on_time(self, now_ms):
        """Messages to send now."""
        if self._until_ms is None:
            self._until_ms = now_ms + SILENCE_MS
        if self.reported is None and now_ms >= self._until_ms:
            self.outcome = "silent"
        return []

    def on_message(self, topic, payload):
        """Messages to send because of this one."""
        name = topics.parse(topic)[0]
        content, error = messages.decode(name, payload)
        if error is not None:
            return []
        if name == "config_section":
            return self._section(content)
        if name == "event":
            self._hear(content)
            return []
        first = self.reported is None
        self.reported = content
        if first:
            return self._begin()
        if self._version is not None:
            self._judge()
        return []

    def _begin(self):
        if self._change is not None:
            content, message = self._change(self.reported)
            if message is None:
                self.outcome = "read"
                return []
            self._version = content["version"]
            return [message + (1, True)]
        values = self.reported["values"]
        self.sections = dict(values or {})
        self._missing = list(self._wanted if self._wanted is not None else () if values is not None else self.reported["sections"])
        return self._ask()

    def _ask(self):
        if not self._missing or self._request is None:
            self.outcome = "read"
            return []
        self._asked, self._out = self._new_id(), self._missing[:SECTIONS_AT_ONCE]
        return [self._request({"id": self._asked, "sections": self._out[:]}) + (1, False)]

    def _section(self, content):
        name = content["section"]
        if content["ref"] != self._asked or name not in self._missing:
            return []
        parts = self._parts.setdefault(name, {})
        parts[content["part"]] = content["values"].get(name)
        if len(parts) < content["parts"]:
            return []
        whole = [parts[number] for number in sorted(parts)]
        if whole[0] is not None:
            self.sections[name] = whole[0] if len(whole) == 1 else [table for part in whole for table in part]
        self._missing.remove(name)
        self._out.remove(name)
        return [] if self._out else self._ask()

    def _hear(self, event):
        """An event of the gateway: only what it says of a change that it would not even read; the others it reports."""
        if self._version is None or self.outcome is not None or event["code"] != reasons.CONFIG_REFUSED:
            return
        words = (event["text"] or "").partition(": ")[2]
        if words.partition(",")[0] != "refused":
            self.outcome, self.refusal = "not taken", words

    def _judge(self):
        """What became of the change."""
        if self.reported["refused_version"] == self._version:
            self.outcome = "refused"
        elif self.reported["version"] == self._version:
            self.outcome = "on trial" if self.reported["pending"] else "in force"
