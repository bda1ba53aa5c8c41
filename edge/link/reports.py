"""What the gateway tells the supervisor: telemetry, events and acknowledgements as message contents.

Not its job: what it is and can (birth.py), fields and ranges (protocols/message_tables.py), sending (vpp.py).
Source: ours.
"""
from edge import failsafe, reasons
from protocols.forgetting import forget
from protocols.refusals import NO_CONSENT, NONE, PAUSED_BY_HOUSEHOLD, REVOKED, TOO_MANY, UNAVAILABLE, UNKNOWN_REF

_SEVERITIES = ("info", "info", "warning", "alarm")

# What becomes of a lease: reason -> (stage, numbered reason of the refusal)
_STAGES = {
    reasons.LEASE_APPLIED: ("applied", NONE),
    reasons.LEASE_EXPIRED: ("expired", NONE),
    reasons.LEASE_LAPSED: ("expired", UNAVAILABLE),
    reasons.LEASE_REVOKED: ("expired", REVOKED),
    reasons.LEASE_SUPERSEDED: ("superseded", NONE),
    reasons.LEASE_BOOK_FULL: ("refused", TOO_MANY),
    reasons.LEASE_PAUSED: ("refused", PAUSED_BY_HOUSEHOLD),
    reasons.LEASE_NO_CONSENT: ("refused", NO_CONSENT),
    reasons.LEASE_UNKNOWN: ("refused", UNKNOWN_REF),
    reasons.LEASE_UNAVAILABLE: ("refused", UNAVAILABLE),
}

_METERED = ("v_an_v", "v_bn_v", "v_cn_v", "e_import_wh", "e_export_wh")


ONLINE = ("online", None)
FLEX_MS = 60000


def health(state):
    """(state, text) of the gateway: degraded while a failsafe action holds power back, with the reason of the worst."""
    worst = max(state.ders, key=lambda der: der.view.failsafe_action).view
    if worst.failsafe_action < failsafe.STOP_DISCHARGING:
        return ONLINE
    return "degraded", reasons.text_of(worst.failsafe_reason)


class TelemetryTimer:
    """Which telemetry is due: faster while a lease runs; what could be done, slowly."""

    def __init__(self, config):
        self._config = config
        self._slow_ms = int(config.vpp.telemetry_s * 1000)
        self._fast_ms = int(config.vpp.telemetry_service_s * 1000)
        self._due_ms = 0
        self._flex_due_ms = 0
        self._seq = 0

    def due(self, now_ms, boot, unix_ms, state, snapshot):
        """[(message name, device name, content)] of what is due now: `tele`, and `flex` once a minute."""
        is_serving = bool(state.commitments.book.leases)
        if now_ms < self._due_ms and not (is_serving and now_ms < self._due_ms - self._fast_ms):
            return []
        self._due_ms = now_ms + (self._fast_ms if is_serving else self._slow_ms)
        self._seq += 1
        common = {"boot": boot, "seq": self._seq, "mono_ms": now_ms, "t_ms": unix_ms}
        rows = []
        for device, der, picture in zip(self._config.ders, state.ders, snapshot.ders):
            content = _measured(now_ms, picture, der.view)
            content.update(common)
            content.update(_decided(now_ms, der))
            rows.append(("tele", device.name, content))
        rows.append(("tele", "site", _site(now_ms, common, state.site, snapshot.meter)))
        if now_ms >= self._flex_due_ms:
            self._flex_due_ms = now_ms + FLEX_MS
            rows.extend(_flexibilities(self._config, state, common))
        return rows


def _flexibilities(config, state, common):
    from edge.link.flexibility import flexibility   # once a minute

    rows = [("flex", device.name, flexibility(der.view, common)) for device, der in zip(config.ders, state.ders)]
    forget("edge.link.flexibility")
    return rows


def _measured(now_ms, picture, view):
    content = {name: picture.fresh(name, now_ms) for name in _METERED}
    currents = [picture.fresh(name, now_ms) for name in ("i_a_a", "i_b_a", "i_c_a")]
    content["i_max_a"] = None if None in currents else max(currents)
    content["p_w"], content["q_var"] = view.p_ac_w, view.q_ac_var
    content["v_mean_pu"], content["f_hz"] = view.v_mean_pu, view.f_hz
    content["soc_pct"], content["state"] = view.soc_pct, view.state
    return content


def _decided(now_ms, der):
    lease = der.view.lease
    return {
        "mode": der.session, "p_set_w": round(der.p_set_w), "q_set_var": round(der.q_set_var),
        "reason": der.shown_reason() or der.decision.asked_reason, "why": der.why()[:200],
        "lease": lease.id if lease else None,
        "lease_rem_s": (lease.end_ms - now_ms) / 1000 if lease else None,
        "flags": [reasons.name_of(code) for code in failsafe.in_force(der.failsafe_memory)]
                 + sorted(set([function + "_unavailable" for function, _ in der.unavailable()]))
                 + ([der.grid_mode()] if der.grid_mode() not in (None, "continuous") else []),
    }


def _site(now_ms, common, site, meter):
    content = {"p_pcc_w": site.meter.p_pcc_w, "pv_w": site.pv_w, "load_w": site.load_w}
    if meter is not None:
        content["q_pcc_var"] = meter.fresh("q_pcc_var", now_ms)
        content.update({name: meter.fresh(name, now_ms) for name in _METERED})
        content["f_hz"] = meter.fresh("f_hz", now_ms)
    content.update(common)
    return content


def event(code, subject, values):
    """Content of `event`, without boot, sequence and time."""
    text = reasons.text_of(code)
    if values:
        text += ": " + ", ".join([str(value) for value in values])
    return {"code": code, "name": reasons.name_of(code), "severity": _SEVERITIES[reasons.severity_of(code)],
            "device": subject, "text": text[:200]}


def lease_ack(config, code, lease_id, values):
    """Content of the `ack` that tells what became of a lease.

    values of LEASE_APPLIED: [DER number, applied W, what limited it, remaining ms]; of LEASE_UNAVAILABLE: [number of
    the refusal, why].
    """
    stage, refusal = _STAGES[code]
    content = {"ref": lease_id, "stage": stage, "reason": refusal}
    if code == reasons.LEASE_UNAVAILABLE:
        content["reason"], content["detail"] = values
    if code == reasons.LEASE_APPLIED:
        number, applied_w, limited_by, left_ms = values
        content["device"] = config.ders[number].name
        content["applied_w"] = applied_w
        content["limited_by"] = limited_by or None
        content["lease_rem_s"] = left_ms / 1000
    return content
