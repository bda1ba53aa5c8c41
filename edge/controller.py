"""One tick of control: what is known and what was commanded become one setpoint per DER.

Not its job: reading and writing devices (drivers), time (gateway.py), the laws themselves (laws).
`step` touches nothing but the state it is handed: the same state, time, snapshot and commands give the same answer,
which is what `v2g replay` relies on. Order: commands -> view of each DER -> failsafe -> site share -> laws ->
arbiter -> ramp -> limiter.
Source: ours; one state value in, one out, as replay needs it.
"""
from edge import acknowledge, arbiter, explain, failsafe, law_pass, limiter, measures, modes, ramp, reasons
from edge import site as site_share
from edge.commitments import Commitments
from protocols.forgetting import forget

# A clean stop has ten seconds (gateway.py); half of them for the way to zero.
STOP_RAMP_S = 5
# A contracted reserve is all there within a second of its cause: moving takes a quarter of that.
RESERVE_RAMP_PER_S = 4
# Numbers of grid_reasons.py, which a site without a grid code has no room for.
GRID_MODE = 140
ENTER_SERVICE = 141


class DerState:
    """One DER between two ticks."""

    def __init__(self, device, profile, view, health, laws):
        self.device = device
        self.view = view
        self.limits_live = profile["limits_live"]
        self.laws = laws
        self.memories = None
        self.told = [None] * len(laws.tellers)      # (reason, values) of each law that has a state to tell
        self.decision = arbiter.Decision()
        self.p_set_w = 0
        self.q_set_var = 0
        self.held_by = 0        # the bound p_set_w sits on, if that moves at its own pace (ramp.py)
        self.limiter_reason = 0
        self.session = modes.OFFLINE
        self.health = health
        self.native_faults = ()         # [function, reason, text] of what the device should do by itself, and doesn't
        self.failsafe_memory = None
        self.bounds = limiter.Bounds()
        self.interlocks = profile["interlocks"]
        self.weights = site_share.weights(device.phases, device.phase)

    def unavailable(self):
        """[(function, why)] of what cannot work now, in the gateway or in the device; for status and telemetry."""
        return self.laws.unavailable(self.view) + [(function, text) for function, _, text in self.native_faults]

    def reason(self):
        """What kept the setpoint from the wish, 0 when it was granted."""
        return self.limiter_reason or self.decision.bound_reason

    def shown_reason(self):
        """What keeps the setpoint from the wish at this moment: also the ramp, which lets it pass in the end."""
        is_ramping = abs(self.p_set_w - self.decision.p_w) > explain.IDLE_W
        return self.reason() or (reasons.RAMP if is_ramping else 0)

    def grid_mode(self):
        """Word of the grid code's operating mode; None for a device the gateway does not keep in or out of service."""
        for told in self.told:
            if told is not None and told[0] == GRID_MODE:
                return told[1][0]
        return None

    def why(self):
        """The sentence of `v2g why`."""
        decision = self.decision
        text = explain.explain(self.p_set_w, self.shown_reason(), decision.asked_w, decision.asked_reason)
        if decision.q_reason == reasons.WAPE_LIFTED:
            text += ", " + reasons.text_of(reasons.WAPE_LIFTED)
        if self.grid_mode() not in (None, "continuous"):
            text += ", " + self.grid_mode().replace("_", " ")
        if self.native_faults:
            function, code, words = self.native_faults[0]
            text += ", " + words if code == reasons.WRONG_DEVICE else ", no %s: %s" % (function, words)
            if len(self.native_faults) > 1:
                text += " and %d more" % (len(self.native_faults) - 1)
        return "observing, would be " + text if self.view.observe else text


class State:
    """Everything the controller remembers."""

    def __init__(self, config, ders, duties):
        self.config = config
        self.ders = ders
        self.commitments = Commitments(len(self.ders))
        self.site = measures.SiteView()
        self.site_memory = None
        self.duties = duties    # duties.py, None where a site has none


def initial_state(config, profiles):
    """State before the first tick. config: Config; profiles: PROFILE of each DER, in order."""
    from edge import first_state    # once

    ders = []
    for device, profile in zip(config.ders, profiles):
        view = first_state.view(config, device, profile)
        ders.append(DerState(device, profile, view, first_state.health(config, profile),
                             law_pass.LawPass(view.kind, config, first_state.native(config, profile))))
    state = State(config, ders, first_state.duties(config))
    forget("edge.first_state", "edge.law_table")
    return state


def step(state, now_ms, snapshot, commands):
    """(state, setpoints, events) of one tick.

    setpoints: (p_w, q_var, is_wanted, may_refresh, safe_lo_w, safe_hi_w) per DER, p_w and q_var integers; is_wanted:
    control of the device is wanted; may_refresh False: nothing may be written, the device shall revert; safe_lo_w to
    safe_hi_w: no guard keeps a device outside. events: (reason, subject, values).
    """
    events = []
    commitments = state.commitments
    commitments.take(now_ms, commands, events)
    commitments.lapse(now_ms, snapshot.vpp_lost_ms, state.config.vpp.offline_s * 1000, events)
    measures.observe_site(state.site, now_ms, snapshot)
    for number, der in enumerate(state.ders):
        _observe(state, der, now_ms, snapshot, number)
        commitments.show(now_ms, number, der.view)
        der.view.observe = der.view.observe or state.config.gateway.mode != "control"
        _check(state, der, snapshot.vpp_lost_ms, events)
    _share_site(state)
    if state.duties is not None:
        state.duties.step(state, now_ms, snapshot, events)
    setpoints = [_decide(state, der, events) for der in state.ders]
    acknowledge.leases(state, now_ms, events)
    return state, setpoints, events


def _observe(state, der, now_ms, snapshot, number):
    view = der.view
    picture = snapshot.ders[number]
    site = state.site
    measures.observe_der(view, now_ms, picture, der.device, der.limits_live)
    if view.f_hz is None and snapshot.meter is not None:
        measures.observe_frequency(view, now_ms, snapshot.meter)
    if state.config.grid.voltage_from == "pcc":
        measures.observe_voltage(view, site.meter.v_ln_v)
    view.p_surplus_w = None if site.load_w is None else max(site.pv_w - site.load_w, 0)
    der.bounds.is_interlock_closed = _are_closed(der.interlocks, picture, now_ms)
    view.chance_s = snapshot.chance
    der.session, is_contended, has_write_failures, is_frozen, is_without_effect, native = snapshot.conditions[number]
    health = der.health
    health.charger_age_ms = picture.age_ms("p_ac_w", now_ms)
    health.is_contended = is_contended
    health.has_write_failures = has_write_failures
    health.is_frozen = is_frozen
    health.is_without_effect = is_without_effect
    health.is_trip_confirmed, der.native_faults = (True, ()) if native is None else native
    health.native_faults = [row[1] for row in der.native_faults]
    health.is_identified = der.session != modes.REFUSED and reasons.WRONG_DEVICE not in health.native_faults
    health.is_in_session = view.state in ("charging", "discharging")
    health.soc_pct = view.soc_pct
    health.dt_ms = view.dt_ms


def _are_closed(interlocks, picture, now_ms):
    """Whether every interlock point shows its closed value; an unknown one is open."""
    for point, closed in interlocks:
        if picture.fresh(point, now_ms) != closed:
            return False
    return True


def _check(state, der, vpp_lost_ms, events):
    """Failsafe of one DER: its action goes into the view, its changes into the events."""
    config, health, power = state.config, der.health, state.site.meter
    if health.disables_fuse_guard:
        # A meter without a known fuse guards nothing.
        health.is_meter_fresh = power.i_a is not None and config.site.i_fuse_a is not None
    else:
        health.is_meter_fresh = site_share.is_metered(power, config.site)
    health.is_cloud_seen = vpp_lost_ms is None
    view = der.view
    view.failsafe_action, view.failsafe_reason, der.failsafe_memory, changes = failsafe.evaluate(
        health, der.failsafe_memory, view.dt_ms, config.failsafe)
    for reason, is_in_force in changes:
        texts = [text for _, code, text in der.native_faults if code == reason]
        events.append((reason, der.device.name, ["raised" if is_in_force else "cleared"] + texts))


def _share_site(state):
    p = state.config.site
    if not site_share.is_limited(p):
        return
    rows = []
    for der in state.ders:
        view = der.view
        can_use = der.session == modes.CONTROLLING and (view.kind == "bes" or view.plugged)
        # What we do not control counts with the house: its power is nobody's to hand out again.
        rows.append((der.weights, view.p_ac_w, view.p_charge_max_w, view.p_discharge_max_w) if can_use
                    else (der.weights, None, 0, 0))
    shares, state.site_memory = site_share.share(state.site.meter, rows, state.site_memory, state.ders[0].view.dt_ms, p,
                                                 p_static_safe_w=state.config.failsafe.p_static_safe_w)
    for der, (lo_w, hi_w) in zip(state.ders, shares):
        der.view.p_site_lo_w, der.view.p_site_hi_w = lo_w, hi_w


def _decide(state, der, events):
    """The setpoint of one DER: laws, arbiter, ramp, limiter."""
    view, config = der.view, state.config
    if der.session != modes.CONTROLLING and not view.observe:
        # Not ours yet: begin where the device is, so that taking over makes no step. Observing, the shadow runs freely.
        der.p_set_w, der.q_set_var = view.p_ac_w or 0, view.q_ac_var or 0
        der.held_by = 0
    view.p_set_w, view.q_set_var, view.p_asked_w = der.p_set_w, der.q_set_var, der.decision.asked_w
    opinions, der.memories = der.laws.run(view, der.memories)
    if der.told:
        _tell(der, events)
    decision = arbiter.combine(opinions, der.laws.safety_count, view.s_max_va, config.grid.q_priority)
    if state.commitments.is_stopping:
        decision.p_w = decision.q_var = 0
        decision.bound_reason = reasons.STOPPING
    der.decision = decision
    held_by = ramp.held_by(decision)
    p_w = ramp.ramp_power(der.p_set_w, decision, _ramp_w_s(state, der), view.dt_ms, held_by and held_by == der.held_by)
    if decision.q_reason == ENTER_SERVICE:
        q_var = decision.q_var      # out of service within two seconds, vars too
    else:
        q_var = ramp.ramp_reactive(der.q_set_var, decision, config.control.ramp_var_s, view.dt_ms)
    # The ramp may hold one of P and Q where less of the other fits; what is left after this is the limiter's business.
    if config.grid.q_priority:
        p_w = arbiter.clip_beside(p_w, q_var, view.s_max_va)
    else:
        q_var = arbiter.clip_beside(q_var, p_w, view.s_max_va)
    der.p_set_w, der.q_set_var, reason = limiter.limit(p_w, q_var, _bounds(der))
    der.held_by = held_by if der.p_set_w == decision.p_w else 0
    if reason and reason != der.limiter_reason:
        events.append((reason, der.device.name, []))
    der.limiter_reason = reason
    # A law that produced no number can't be trusted with the next one either: the device reverts.
    may_refresh = failsafe.may_refresh(view.failsafe_action) and reason != limiter.NOT_FINITE
    is_wanted = not view.observe
    if state.commitments.is_stopping and der.p_set_w == 0 and der.q_set_var == 0:
        is_wanted = False
    return (int(round(der.p_set_w)), int(round(der.q_set_var)), is_wanted, may_refresh, decision.safe_lo_w,
            decision.safe_hi_w)


def _tell(der, events):
    """Events of the laws whose state is worth one when it changes."""
    number = 0
    for place, tell in der.laws.tellers:
        told = tell(der.memories[place])
        if told is not None and told != der.told[number]:
            events.append((told[0], der.device.name, told[1]))
            der.told[number] = told
        number += 1


def _ramp_w_s(state, der):
    """The configured ramp, the slower one a lease asks for, or the one of a clean stop."""
    rate_w_s = state.config.control.ramp_w_s
    if state.commitments.is_stopping:
        return max(rate_w_s, (der.view.s_max_va or 0) / STOP_RAMP_S)
    if der.decision.asked_reason == reasons.RESERVE:
        return max(rate_w_s, RESERVE_RAMP_PER_S * max(der.view.reserve[1:3]))
    asked_w_s = der.view.lease_ramp_w_s
    if asked_w_s is not None and der.decision.asked_reason == reasons.DISPATCH:
        return min(rate_w_s, asked_w_s)
    return rate_w_s


def _bounds(der):
    view, bounds = der.view, der.bounds
    bounds.p_charge_max_w = view.p_charge_max_w
    bounds.p_discharge_max_w = view.p_discharge_max_w
    bounds.s_max_va = view.s_max_va
    bounds.soc_pct = view.soc_pct
    bounds.soc_min_pct = view.soc_min_pct
    bounds.soc_max_pct = view.soc_max_pct
    bounds.p_site_lo_w = view.p_site_lo_w
    bounds.p_site_hi_w = view.p_site_hi_w
    return bounds
