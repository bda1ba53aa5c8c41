"""What the controller knows of a DER before the first tick: all that its configuration and profile say once.

Not its job: what changes while the gateway runs (measures.py, controller.py). Needed once, so a board forgets it.
Source: ours.
"""
from edge import config_loader, measures, site
from edge.checks.health import Health
from edge.der_view import DerView
from edge.drivers.profile_loader import load_profile
from protocols.forgetting import forget


def view(config, device, profile):
    """A DerView with everything that does not change while the gateway runs."""
    control = profile["control"]
    guards = control["guards"]
    slowest_ms = max([wait_ms for _, wait_ms in guards["after_change_ms"]] + [control["min_write_ms"]])
    return DerView(
        kind="bes" if profile["kind"] == "bes" else "evse",
        q_capable=control["q_form"] != "none",
        soc_max_pct=device.soc_max_pct,
        wape=device.wape,
        q_mode=config.grid.q_mode,
        p_rated_w=device.p_rated_w,
        s_rated_va=device.s_max_va,
        f_nom_hz=config.grid.f_nom_hz,
        f_quality=_frequency_quality(config, profile),
        loop_delay_s=config_loader.loop_delay_s(config, device, load_profile),
        v_nom_ll_v=config.grid.v_nom_ln_v * measures.SQRT_3,
        write_period_s=slowest_ms / 1000,
        p_static_safe_w=config.failsafe.p_static_safe_w,
        dt_ms=config.gateway.tick_ms,
    )


def _frequency_quality(config, profile):
    """(accuracy_hz, update_ms) of the frequency the DER goes by: its own, else the meter's; None without one."""
    for profile in (profile,) + ((load_profile(config.meter.profile),) if config.meter is not None else ()):
        if [row for row in profile["points"] if row[0] == "f_hz"]:
            for point, _, accuracy_hz, update_ms in profile["quality"]:
                if point == "f_hz":
                    return accuracy_hz, update_ms
            return None
    return None


def native(config, profile):
    """Functions that the device runs by itself at this site."""
    if "sunspec" not in profile:
        return profile["native"]
    from edge import who_does_what      # most sites need it not

    functions = who_does_what.native(profile, config)
    forget("edge.who_does_what")
    return functions


def add_parts(state, profiles):
    """What only some sites have. profiles: of each DER."""
    config = state.config
    is_forgetful = [profile for profile in profiles if _tells_soc_only_in_session(profile)]
    if config.dso is None and config.smart_charge is None and config.home is None and config.backup is None \
            and config.turns is None and config.shared_site is None and config.bounds is None and not is_forgetful:
        return
    from edge import parts      # most sites have none

    parts.build(state)
    if is_forgetful and state.household is None:
        parts.add(state, parts.row_of("household"))


def _tells_soc_only_in_session(profile):
    """Whether somebody has to remember the state of charge (household/soc_memory.py)."""
    return bool([row for row in profile["valid"] if row[0] == "soc_pct" and row[3] is not None])


def health(config, profile):
    """The facts the checks look at, as they are before the first tick."""
    facts = Health()
    ages_ms = [row[7] for row in profile["points"] if row[0] == "p_ac_w"]
    facts.charger_max_age_ms = ages_ms[0]
    facts.has_watchdog = profile["watchdog"] is not None
    facts.disables_fuse_guard = profile["control"]["disables"] is not None
    facts.is_meter_needed = site.is_limited(config.site)
    facts.tick_ms = config.gateway.tick_ms
    facts.is_cloud_needed = config.vpp.enabled
    return facts
