"""Settings of an inverter's native functions: one class a function, immutable, with the unit in every name.

Not its job: what the functions do (one file each), registers (the SunSpec bank fills these), whether values make sense
(settings_check.py), other grid codes' figures (edge/grid_codes; the bench hands them in).
Source: IEEE 1547-2018, Tables 8 to 24, defaults of category B and abnormal category III at 60 Hz; figures seconded by
open implementations, the standard itself was not at hand.

Bases: voltage in pu of the nominal line-to-neutral voltage; P in pu of the W rating (`Ratings.p_rated_w`), Q in pu of
`s_max_va`. Positive is injected and over-excited. A curve is a tuple of points with rising first coordinate, flat
beyond its ends. A response time is the time to 90 % of a step, open loop; 0 follows at once.
"""

from typing import NamedTuple

OVER, UNDER = "over", "under"                    # excitation: vars injected, vars absorbed
CATEGORIES = ("i", "ii", "iii", "none")          # abnormal performance, i.e. ride-through


class Ratings(NamedTuple):
    """What the device can do. i_max_pu: current limit in pu of s_max_va at nominal voltage."""

    s_max_va: float = 10000.0
    p_discharge_max_w: float = 10000.0
    p_charge_max_w: float = 10000.0
    q_inject_max_var: float = 4400.0
    q_absorb_max_var: float = 4400.0
    v_nom_v: float = 240.0
    f_nom_hz: float = 60.0
    i_max_pu: float = 1.15

    @property
    def p_rated_w(self):
        """Base of P in pu, W: the larger of both directions."""
        return max(self.p_discharge_max_w, self.p_charge_max_w)


class SetActivePower(NamedTuple):
    """What the device delivers when nothing else asks: the setpoint in W while enabled, else 0 W."""

    enabled: bool = False
    p_w: float = 0.0
    ramp_w_s: float | None = None                # of changes of the setpoint; None: none


class ActivePowerLimit(NamedTuple):
    """Cap on injection, pu >= 0. Droop at under-frequency may exceed it, as IEEE 1547.1 expects."""

    enabled: bool = False
    p_max_pu: float = 1.0
    olrt_s: float = 5.0


class VoltVar(NamedTuple):
    """Q by voltage: curve of (v_pu, q_pu). v_ref_pu shifts it by v_ref_pu - 1; with vref_auto_enabled the reference is
    the voltage itself through a first-order filter of vref_auto_s. q_priority: Q before P in the circle."""

    enabled: bool = False
    curve_pu: tuple = ((0.92, 0.44), (0.98, 0.0), (1.02, 0.0), (1.08, -0.44))
    olrt_s: float = 5.0
    v_ref_pu: float = 1.0
    vref_auto_enabled: bool = False
    vref_auto_s: float = 300.0
    q_priority: bool = True


class WattVar(NamedTuple):
    """Q by active power: curve of (p_pu, q_pu), p from -1 (charging) to 1."""

    enabled: bool = False
    curve_pu: tuple = ((-1.0, 0.44), (-0.5, 0.0), (-0.2, 0.0), (0.2, 0.0), (0.5, 0.0), (1.0, -0.44))
    olrt_s: float = 5.0
    q_priority: bool = True


class ConstantPowerFactor(NamedTuple):
    """Power factor 0..1 with its excitation, by direction of active power; a direction that is off has unity."""

    inject_enabled: bool = False
    pf_inject: float = 1.0
    excitation_inject: str = OVER
    absorb_enabled: bool = False
    pf_absorb: float = 1.0
    excitation_absorb: str = OVER
    olrt_s: float = 5.0
    q_priority: bool = True

    @property
    def enabled(self):
        """True when it owns Q."""
        return self.inject_enabled or self.absorb_enabled


class ConstantQ(NamedTuple):
    """A fixed Q, pu of s_max_va."""

    enabled: bool = False
    q_pu: float = 0.0
    olrt_s: float = 5.0
    q_priority: bool = True


class VoltWatt(NamedTuple):
    """Highest P by voltage: curve of (v_pu, p_pu); p_pu < 0 makes the device absorb (within what it can charge).
    charge_curve_pu: share of p_charge_max_w allowed at low voltage, (v_pu, 0..1), as AS/NZS 4777.2 asks."""

    enabled: bool = False
    curve_pu: tuple = ((1.06, 1.0), (1.10, 0.0))
    olrt_s: float = 10.0
    charge_enabled: bool = False
    charge_curve_pu: tuple = ((0.90, 0.20), (0.935, 1.0))


class FrequencyDroop(NamedTuple):
    """Dead bands as offsets from nominal, slopes k: change of frequency in pu of nominal for 1 pu of power.
    p_min_pu: over-frequency goes no further; p_end_pu: nor under-frequency."""

    enabled: bool = False
    of_hz: float = 0.036
    uf_hz: float = 0.036
    k_of_pu: float = 0.05
    k_uf_pu: float = 0.05
    olrt_s: float = 5.0
    p_min_pu: float = -1.0
    p_end_pu: float = 1.0


class EnterService(NamedTuple):
    """permitted False: ceases within 2 s. The delay counts while v and f stay inside; then up to random_s more, drawn
    anew each time, and power rises in ramp_s from 0 to rated. random_s 0: none; ramp_s 0: at once."""

    permitted: bool = True
    v_lo_pu: float = 0.917
    v_hi_pu: float = 1.05
    f_lo_hz: float = 59.5
    f_hi_hz: float = 60.1
    delay_s: float = 300.0
    random_s: float = 0.0
    ramp_s: float = 300.0


class Trip(NamedTuple):
    """Must-trip, may-trip and momentary-cessation rows: (pu or Hz, clearing or ride-through time in s).

    A must row trips when voltage (any phase) or frequency has been beyond it for its time. A momentary row lets the
    device block while the voltage is beyond it. A may row narrows when a device that leaves early may leave
    (RideThrough.leaves_early); () uses the category's own times. () anywhere: nothing set.
    ov_10min_pu: trips when the ten-minute mean exceeds it (AS/NZS). rocof_hz_s for rocof_s: trips (G99). None: off."""

    must_lv_pu_s: tuple = ((0.88, 21.0), (0.50, 2.0))
    must_hv_pu_s: tuple = ((1.10, 13.0), (1.20, 0.16))
    must_lf_hz_s: tuple = ((58.5, 300.0), (56.5, 0.16))
    must_hf_hz_s: tuple = ((61.2, 300.0), (62.0, 0.16))
    may_lv_pu_s: tuple = ()
    may_hv_pu_s: tuple = ()
    may_lf_hz_s: tuple = ()
    may_hf_hz_s: tuple = ()
    momentary_lv_pu_s: tuple = ((0.50, 1.0),)
    momentary_hv_pu_s: tuple = ((1.10, 12.0),)
    ov_10min_pu: float | None = None
    rocof_hz_s: float | None = None
    rocof_s: float = 0.5


class RideThrough(NamedTuple):
    """category: i, ii, iii (IEEE 1547) or none. leaves_early: a device that does no more than it has to, and trips as
    soon as the required ride-through has passed; False stays until a must-trip row fires."""

    category: str = "iii"
    leaves_early: bool = False


class NativeSettings(NamedTuple):
    """All functions of one device; change some with `_replace(volt_var=VoltVar(enabled=True))`."""

    ratings: Ratings = Ratings()
    set_power: SetActivePower = SetActivePower()
    p_limit: ActivePowerLimit = ActivePowerLimit()
    volt_var: VoltVar = VoltVar()
    watt_var: WattVar = WattVar()
    cpf: ConstantPowerFactor = ConstantPowerFactor()
    crp: ConstantQ = ConstantQ()
    volt_watt: VoltWatt = VoltWatt()
    droop: FrequencyDroop = FrequencyDroop()
    enter_service: EnterService = EnterService()
    trip: Trip = Trip()
    ride_through: RideThrough = RideThrough()


Q_MODES = ("volt_var", "watt_var", "cpf", "crp")   # at most one of them enabled
