"""One tick of control: what is known and what was commanded become one setpoint per DER.

Not its job: deciding for one DER (decide.py), reading and writing devices (drivers), time (gateway.py).
`step` touches nothing but the state it is handed: the same state, time, snapshot and commands give the same answer,
which is what `v2g replay` relies on. Order: commands -> view of each DER -> failsafe -> parts
(parts.py) -> site share -> laws -> arbiter -> ramp -> limiter.
Source: ours; one state value in, one out, as replay needs it.
"""
from edge import decide, failsafe, law_pass, measures, modes, reasons
from edge import site as site_share
from edge.commitments import Commitments
from edge.der_state import DerState
from protocols.forgetting import forget


class State:
    """Everything the controller remembers."""

    bounds = None       # a part as those below

    def __init__(self, config, ders):
        self.config = config
        self.ders = ders
        self.commitments = Commitments(len(self.ders))
        self.site = measures.SiteView()
        self.site_memory = None
        self.site_extra_w = None    # rooms of a shared site, W (site_sharing.share), None without one
        # What only some sites have (parts.py), None where it isn't; `parts` are those that are, in the order of a tick.
        self.duties = self.household = self.backup = self.turns = self.shared_site = None
        self.parts = []


def initial_state(config, profiles):
    """State before the first tick. config: Config; profiles: PROFILE of each DER, in order."""
    from edge import first_state    # once

    ders = []
    for device, profile in zip(config.ders, profiles):
        view = first_state.view(config, device, profile)
        ders.append(DerState(device, profile, view, first_state.health(config, profile),
                             law_pass.LawPass(view.kind, config, first_state.native(config, profile))))
    state = State(config, ders)
    first_state.add_parts(state, profiles)
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
    for command in commitments.take(now_ms, commands, events):
        from edge import parts      # most sites have none

        parts.take(state, now_ms, command, events)
    commitments.lapse(now_ms, snapshot.vpp_lost_ms, state.config.vpp.offline_s * 1000, events)
    measures.observe_site(state.site, now_ms, snapshot)
    for number, der in enumerate(state.ders):
        _observe(state, der, now_ms, snapshot, number)
        commitments.show(now_ms, number, der.view)
        der.view.observe = der.view.observe or state.config.gateway.mode != "control"
        _check(state, der, snapshot.vpp_lost_ms, events)
    for part in state.parts:
        part.step(state, now_ms, snapshot, events)
    _share_site(state)
    setpoints = [decide.setpoint(state, der, events) for der in state.ders]
    if commitments.book.leases:
        from edge import acknowledge    # nobody dispatches most of the time

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
    # What parts tighten or replace begins anew each tick.
    view.v2g_consent, view.soc_min_pct = der.device.v2g_consent, der.device.soc_min_pct
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
        # What a function lacks was told when it was found.
        texts = [text if code == reasons.WRONG_DEVICE else function
                 for function, code, text in der.native_faults if code == reason]
        events.append((reason, der.device.name, ["raised" if is_in_force else "cleared"] + texts))


def _share_site(state):
    if state.site_extra_w is None and not site_share.is_limited(state.config.site):
        return
    from edge import site_sharing   # where there is a limit to share

    site_sharing.share_site(state)
