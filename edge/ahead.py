"""What lies ahead, for people: leases that have not begun, announced outages and events, changes of the price, departures.

Not its job: keeping any of them (leases.py, household), showing them (status, page, site link).
Source: ours.
"""
from edge.explain import power_text
from edge.local_words import LocalWords

WORDS = {"outage": "planned outage", "turn_up": "please use more", "notice": "notice"}
LEASES = {"setpoint": "power plant", "limits": "limit of the operator", "wape_lift": "more power allowed",
          "v2g_support": "support of the voltage", "agc_reservation": "regulation reserved", "reserve": "frequency reserve",
          "dso_limit": "limit of the network operator"}
PRICE_AHEAD_S = 86400
PRICE_ROWS_MAX = 6
MICRO = 1000000


def rows(gateway, now_ms):
    """Dictionaries, the soonest first: what, start_s and end_s from now (start_s 0: it has begun; end_s None: open),
    start_unix_s (None: the clock is not set), start and end in words (None: no local time), text."""
    words_of = LocalWords(gateway, now_ms)
    found = []
    for lease in gateway.state.commitments.book.leases:
        if lease.start_ms > now_ms:
            found.append(("lease", lease.start_ms, lease.end_ms, _lease_text(gateway, lease)))
    household = gateway.state.household
    if household is not None:
        for row in household.announced.rows:
            words = WORDS[row["what"]]
            if row["p_w"] is not None:
                words += ", " + power_text(row["p_w"])
            found.append((row["what"], row["start_ms"], row["end_ms"], words + (": " + row["text"] if row["text"] else "")))
        unix_s = words_of.unix_s(now_ms)
        if household.energy_use is not None and unix_s is not None:
            found += _prices(household.energy_use.outlook.prices, now_ms, unix_s)
    for device, der in zip(gateway.config.ders, gateway.state.ders):
        t_ms = der.view.t_departure_ms
        if t_ms is not None and t_ms > now_ms:
            found.append(("departure", t_ms, None, "departure, " + device.name))
    return [_row(row, now_ms, words_of) for row in sorted(found, key=lambda row: (row[1], row[0], row[3]))]


def _row(row, now_ms, words_of):
    what, start_ms, end_ms, text = row
    return {"what": what, "start_s": max(start_ms - now_ms, 0) // 1000, "end_s": words_of.left_s(end_ms),
            "start_unix_s": words_of.unix_s(start_ms), "start": words_of.at(start_ms), "end": words_of.at(end_ms),
            "text": text}


def _lease_text(gateway, lease):
    whom = gateway.config.ders[lease.der].name if lease.der >= 0 else "all"
    text = "%s for %s" % (LEASES.get(lease.kind, lease.kind), whom)
    return "%s: %s" % (text, power_text(lease.values[0])) if lease.kind == "setpoint" else text


def _prices(prices, now_ms, unix_s):
    """The next changes of the price of a kWh drawn, as far as a series says them."""
    found, at_s = [], unix_s - unix_s % 900
    before = prices.known_at(at_s)
    while len(found) < PRICE_ROWS_MAX and at_s < unix_s + PRICE_AHEAD_S:
        at_s += 900
        after = prices.known_at(at_s)
        if after is None:
            break
        if before is not None and after[0] != before[0]:
            found.append(("price", now_ms + (at_s - unix_s) * 1000, None,
                          "price of a kWh %.3g, before %.3g" % (after[0] / MICRO, before[0] / MICRO)))
        before = after
    return found
