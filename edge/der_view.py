"""What the laws see of one controlled device: plain numbers of this tick.

A DER is one controlled device with a battery behind it: a charger ("evse") or a stationary battery ("bes").
Not its job: reading devices (drivers), judging age (the controller puts None where a value is unknown or too old).
Source: IEEE 1547-2018 signs (power positive when injected into the grid), quantities named as SunSpec 701.
"""


class DerView:
    """One DER at one tick. None always means unknown, never zero.

    Powers are W and var at the AC terminals, positive when injected (discharging, over-excited);
    magnitudes (`…_max_w`) are >= 0 and name their direction. Times are integer ms of the monotonic clock.
    """

    # What only some sites ever fill stays with the class: a board pays for it once, not in every view.
    waits_turn = 0  # number of the reason while another charger of its group runs, else 0
    dso_bounds = None  # (p_lo_w or None, p_hi_w or None, reason) of the network operator
    commanded_bounds = None  # the same for what others ask (bounds.py)
    island = 0  # reason why nothing that belongs to the grid may act (backup), 0 = it may
    promise = None  # household/promise.py, what the driver was promised
    soc_is_estimate = False  # carried on from the last reading (household/soc_memory.py)
    soc_is_awaited = False  # unknown, but whoever wants to discharge makes the charger read it (household/soc_probe.py)
    e_needed_wh = None  # battery energy still missing at departure
    t_departure_ms = None
    home = None  # household/energy_view.py: what its energy mode goes by; None without a [home] section
    unix_s = None  # wall clock; None while it is not set, or nobody needs it

    def __init__(self, **values):
        # time of this tick, and since the one before
        self.now_ms = 0
        self.dt_ms = 100
        # what is measured; v in pu of the nominal phase voltage
        self.v_mean_pu = None
        self.v_min_pu = None
        self.v_max_pu = None
        self.v_mean_ll_v = None
        self.f_hz = None
        self.p_ac_w = None
        self.q_ac_var = None
        self.soc_pct = None
        self.plugged = None
        self.state = None
        self.p_surplus_w = None  # own PV left over for this DER, >= 0
        # what the device is: live nameplate intersected with the configuration
        self.kind = "evse"
        self.p_charge_max_w = 0
        self.p_discharge_max_w = 0
        self.s_max_va = None
        self.q_capable = False
        self.v2g_consent = False
        self.soc_min_pct = 0
        self.soc_max_pct = 100
        self.e_capacity_wh = None
        self.v_nom_ll_v = 400.0  # line-to-line volts at 1 pu
        self.p_rated_w = 0  # base of power in pu
        self.s_rated_va = 0  # base of reactive power in pu
        self.f_nom_hz = 50
        self.f_quality = None  # (accuracy_hz, update_ms) of the frequency, each None when not published
        self.loop_delay_s = 0  # from a change of the grid to the device's answer, planned
        self.write_period_s = 0  # shortest time between two changes the device allows; 0 = every tick
        self.p_static_safe_w = 0  # power that is safe while something needed is unknown
        self.wape = True  # this station takes part in WAPE
        self.q_mode = "unity"
        # what was decided before, and what the site and the failsafe leave
        self.p_set_w = 0
        self.q_set_var = 0
        self.p_asked_w = None  # the highest-ranked wish of the tick before
        self.p_site_lo_w = self.p_site_hi_w = None
        self.failsafe_action = self.failsafe_reason = 0  # edge/failsafe.py, 0 = none
        # leases active for this DER, or None
        self.lease_setpoint = None  # (p_w, id, priority)
        self.lease_ramp_w_s = None  # slower ramp the setpoint lease asks for
        self.lease_limits_sys = None  # (p_charge_max_w, p_discharge_max_w), priority 0-9
        self.lease_limits_vpp = None  # the same, priority >= 10
        self.lease = None  # the one people are told of
        self.lift = self.support = False
        self.agc = None  # (cap_w, scalar -1..1)
        self.reserve = None  # (service, p_up_w, p_down_w)
        self.p_base_w = 0  # what a reserve stands on
        self._start_household()
        for name in values:
            if not hasattr(self, name):
                raise AttributeError(name)
            setattr(self, name, values[name])

    def _start_household(self):
        """What the household and the house say."""
        self.wish = ("none", None)  # none | charge_now | discharge_now | idle, and W >= 0 or None for "all it can"
        self.observe = False
        self.permit_service = True  # False: out of service, whatever the grid code's section says
        self.pause_vpp = False
        self.p_default_w = None  # the VPP's plan without a lease; None: as configured
        self.chance_s = 0.0  # drawn by the gateway, 0 <= x < 1, for randomised delays


def ev_present(view):
    """True when a battery is connected: always for a BES, for a charger only when it says so."""
    return view.kind == "bes" or view.plugged is True


def vpp_paused(view):
    """True when the household has set the leases of rank 7 aside; "charge now" and "discharge now" imply it."""
    return view.pause_vpp or view.wish[0] == "charge_now" or view.wish[0] == "discharge_now"
