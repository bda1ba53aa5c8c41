"""What holds at every tick of a FaultSite, whatever fails; each is a function (site) that asserts.

Not its job: which faults there are. Source: what the gateway promises, said again without its code.
"""

SLACK_VA = 2
MEASURED = {"p_ac_w": "p_ac_w", "q_ac_var": "q_ac_var", "soc_pct": "soc_pct", "state": "state", "f_hz": "f_hz"}


def _each(site):
    return zip(site.gateway.state.ders, site.gateway.config.ders, site.gateway.fleet.actuators)


def inside_the_circle(site):
    for der, row, _ in _each(site):
        assert der.p_set_w ** 2 + der.q_set_var ** 2 <= (row.s_max_va + SLACK_VA) ** 2, (site.now_ms, der.p_set_w)
        assert -row.p_charge_max_w <= der.p_set_w <= row.p_discharge_max_w, (site.now_ms, der.p_set_w)


def soc_window(site):
    for der, row, _ in _each(site):
        soc_pct = der.view.soc_pct
        if der.p_set_w > 0:
            assert soc_pct is not None and soc_pct > row.soc_min_pct, (site.now_ms, der.p_set_w, soc_pct)
        if der.p_set_w < 0:
            assert soc_pct is None or soc_pct < row.soc_max_pct, (site.now_ms, der.p_set_w, soc_pct)


def unknown_is_none(site):
    """A value older than its point's age, or from a frozen device, is not there; least of all is it 0."""
    for der, _, actuator in _each(site):
        reader = actuator.reader
        for attribute, point in MEASURED.items():
            if point not in reader.map.points:
                continue
            _, block, max_age_ms = reader.map.points[point]
            taken_ms = reader.taken_ms[block]
            # the view was made at der.view.now_ms; answers may have come since
            if taken_ms is None or der.view.now_ms - taken_ms > max_age_ms:
                assert getattr(der.view, attribute) is None, (site.now_ms, attribute)


def observe_never_writes(site):
    if site.gateway.config.gateway.mode == "observe":
        for units in site.devices.values():
            assert not [device for device in units.values() if device.written], site.now_ms


def stale_never_drives(site):
    """No power is asked for on values older than their age and the failsafe delay; the device shall revert."""
    lost_ms = 1000 * site.gateway.config.failsafe.charger_lost_s
    for number, (der, row, actuator) in enumerate(_each(site)):
        reader = actuator.reader
        _, block, max_age_ms = reader.map.points["p_ac_w"]
        taken_ms = reader.taken_ms[block] or 0
        allowed_ms = max_age_ms + lost_ms + 3 * site.gateway.config.gateway.tick_ms
        for at_ms, _, address, values in site.devices["bus:" + row.bus][row.unit].written[-3:]:
            is_setpoint = address == site.setpoint_address(number)
            if is_setpoint and any(values):
                assert at_ms - taken_ms <= allowed_ms, (at_ms, taken_ms, values)


ALL = (inside_the_circle, soc_window, unknown_is_none, observe_never_writes, stale_never_drives)
