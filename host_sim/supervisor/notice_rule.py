"""What the operator tells households ahead: prices, planned outages, events. Each gateway gets it, and again until it answers.

Not its job: signing and sending (lease_desk.py), what the gateway makes of it.
Source: ours. Prices are retained by the broker, an announcement is kept by the gateway: neither has to be renewed.
"""

from typing import NamedTuple

RETRY_MS = 10000        # without an answer
AGAIN_MS = 60000        # after a refusal: a clock gets set, a section gets configured
PRICES = "prices"


class Announcement(NamedTuple):
    """An event of the grid or the market. p_w: W asked of a whole site, + injected; gateways: empty for all."""

    event: str
    what: str           # outage, turn_up, notice
    start_ms: int       # Unix ms
    end_ms: int
    text: str = ""
    p_w: float | None = None
    gateways: tuple = ()
    withdrawn: bool = False


class PriceSeries(NamedTuple):
    """Prices of a kWh, one for each step; a later series of the same operator replaces an earlier one."""

    start_unix_s: int
    step_s: int
    import_per_kwh: tuple
    export_per_kwh: tuple | None = None


class Notice:
    """One message for one gateway."""

    def __init__(self, name, content):
        self.name = name        # of the message
        self.content = content
        self.sent_ms = None
        self.stage = None       # received, refused; None before an answer


class NoticeRule:
    """Everything that is to be told, by gateway."""

    def __init__(self):
        self._notices = {}      # (gateway, key) -> Notice
        self._of_message = {}   # id of a message -> (gateway, key)

    def announce(self, announcement, gateways):
        """From now on this is told to those it is for; the same event replaces. gateways: all there are."""
        for gateway in announcement.gateways or gateways:
            content = {name: value for name, value in announcement._asdict().items()
                       if name != "gateways" and value not in (None, "", False)}
            self._notices[gateway, announcement.event] = Notice("announce", content)

    def set_prices(self, series, gateways):
        """From now on this series holds."""
        for gateway in gateways:
            self._notices[gateway, PRICES] = Notice("prices", {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in series._asdict().items() if value is not None})

    def stage(self, gateway, key):
        """received, refused, or None before an answer; key: the event, or PRICES."""
        return self._notices[gateway, key].stage

    def decide(self, now_ms, unix_ms, state, desk):
        """Sends what this gateway has not answered yet, while it is there."""
        for key, notice in self._notices.items():
            if key[0] != state.station.gateway or not state.online or not _is_due(now_ms, notice):
                continue
            if notice.name == "announce" and notice.content["end_ms"] <= unix_ms:
                continue
            notice.sent_ms, notice.stage = now_ms, None
            self._of_message[desk.tell(unix_ms, state, notice.name, notice.content)] = key

    def on_ack(self, content):
        """An answer; whether it was one to a notice."""
        key = self._of_message.get(content["ref"])
        if key is None:
            return False
        self._notices[key].stage = content["stage"]
        return True

    def next_wake_ms(self):
        """When `decide` may have something to do; None when all is answered."""
        wakes_ms = [notice.sent_ms + (AGAIN_MS if notice.stage else RETRY_MS) for notice in self._notices.values()
                    if notice.sent_ms is not None and notice.stage != "received"]
        return min(wakes_ms) if wakes_ms else None


def _is_due(now_ms, notice):
    if notice.sent_ms is None:
        return True
    if notice.stage == "received":
        return False
    return now_ms - notice.sent_ms >= (AGAIN_MS if notice.stage == "refused" else RETRY_MS)
