"""Test pulses: a charger charges with little power for some seconds and rests again, while the meter is watched.

Not its job: edges (edges.py), what they mean (verdicts.py), power by itself: each pulse is a wish of the gateway's.
Source: ours. A pulse ends at once when the charger goes the wrong way, or takes far more than it was told.
"""

from edge import modes
from edge.drivers.profile_loader import load_profile
from tools.gateway.commission import edges

SAMPLE_S = 0.25
WINDOW_S = 1.25             # compared before and after each edge: the shorter, the less of the house falls into it
REST_S = (1, 10)            # before a pulse; drawn, so that no cycling oven keeps in step
RESTLESS_S = (1, 45)        # where one did: longer than a charger's own pause after a change
HOLD_S = (0, 6)             # longer than needed, drawn as well
START_PATIENCE_S = 75       # a charger may pause 22 s after its last change and start for 20 s
REACHED = 0.8               # of the setpoint: the charger is there
IDLE_W = 150
WRONG_WAY_W = 300
TOO_MUCH = 1.5              # of the setpoint, beside this:
TOO_MUCH_W = 500
HELD_PATIENCE_S = 15        # moving, but never there: cut after so long


class Pulse:
    """What one pulse showed. edges: as edges.edge gives them; cut: why it ended early, None when complete."""

    def __init__(self):
        self.edges = []
        self.cut = None
        self.seen_w = 0             # by the charger, while it was there, or at most
        self.states = []            # the charger's own words while power flowed
        self.amplitude = None
        self.i_max_a = 0            # most on a phase of the meter
        self.p_most_w = 0           # most the charger showed, either way
        self.why = ""               # the gateway's sentence when it was held back


class PulseMaker:
    """Pulses of one DER."""

    def __init__(self, bench, number, p_w, chance):
        """p_w: negative charges; chance: random.Random or alike."""
        self._bench = bench
        self._number = number
        self._p_w = p_w
        self._chance = chance
        self._settle_s, self._lead_ms = _lags(bench, number)
        self._pulse = None

    def make(self, is_restless=False):
        """One pulse: rest, power, rest. is_restless: the ones before did not agree."""
        pulse, bench = Pulse(), self._bench
        self._pulse = pulse
        bench.charge(self._number, 0)
        bench.wait(self._chance.uniform(*(RESTLESS_S if is_restless else REST_S)))
        before = self._watch(WINDOW_S)
        bench.charge(self._number, self._p_w)
        way = self._reach()
        before = _last_rest(before + way, self._lead_ms) or before
        if pulse.cut is None:
            way += self._watch(self._settle_s)
            early = self._watch(WINDOW_S)
            late = self._watch(self._chance.uniform(*HOLD_S) + WINDOW_S)[-len(early):]
            pulse.seen_w = abs(edges.median([row[1] for row in early + late]) or 0)
            way += early + late
        bench.charge(self._number, 0)
        fall = self._fall() + self._watch(self._settle_s)
        pulse.amplitude = edges.amplitude(before, way + fall)
        if pulse.cut is None:
            after = self._watch(WINDOW_S)
            pulse.edges = [found for found in (edges.edge(before, early), edges.edge(late, after)) if found is not None]
        else:
            pulse.seen_w = max([abs(row[1]) for row in way], default=0)
        return pulse

    def _fall(self):
        """Samples until the charger rests."""
        samples, end_ms = [], self._bench.now_ms() + START_PATIENCE_S * 1000
        while not self._is_idle() and self._bench.now_ms() < end_ms:
            samples += self._watch(SAMPLE_S)
        return samples

    def _reach(self):
        """Samples until the charger is there; sets `cut` when it won't get there."""
        samples, bench = [], self._bench
        end_ms, moving_ms = bench.now_ms() + START_PATIENCE_S * 1000, None
        while self._pulse.cut is None:
            samples += self._watch(SAMPLE_S)
            p_w, now_ms = bench.charger(self._number, "p_ac_w")[0], bench.now_ms()
            if p_w is None:
                continue_until_ms = end_ms
            elif abs(p_w) >= REACHED * abs(self._p_w):
                break
            else:
                if moving_ms is None and abs(p_w) > IDLE_W:
                    moving_ms = now_ms
                continue_until_ms = end_ms if moving_ms is None else moving_ms + HELD_PATIENCE_S * 1000
            if now_ms >= continue_until_ms and self._pulse.cut is None:
                self._pulse.cut, self._pulse.why = "held", bench.why(self._number)
        return samples

    def _watch(self, duration_s):
        """Samples over a time; cuts the pulse when it is not as it should be."""
        samples, bench, pulse = [], self._bench, self._pulse
        end_ms = bench.now_ms() + duration_s * 1000
        while bench.now_ms() < end_ms:
            bench.wait(SAMPLE_S)
            p_w, state = bench.charger(self._number, "p_ac_w", "state")
            phases_w = bench.meter("p_a_w", "p_b_w", "p_c_w")
            currents_a = bench.meter("i_a_a", "i_b_a", "i_c_a")
            pulse.i_max_a = max([pulse.i_max_a] + [amps for amps in currents_a if amps is not None])
            if p_w is None:
                continue
            pulse.p_most_w = max(pulse.p_most_w, abs(p_w))
            if state is not None and (not pulse.states or pulse.states[-1] != state):
                pulse.states.append(state)
            pulse.cut = pulse.cut or self._danger(p_w, state)
            if pulse.cut in ("wrong_way", "too_much"):
                bench.charge(self._number, 0)
            used = bench.used_phases()
            if used and all(phases_w[k] is not None for k in used):
                samples.append((bench.now_ms(), p_w, [phases_w[k] if k in used else 0 for k in edges.PHASES]))
            elif bench.config.meter is None:
                samples.append((bench.now_ms(), p_w, [0, 0, 0]))
        return samples

    def _danger(self, p_w, state):
        if p_w * self._p_w < 0 and abs(p_w) > WRONG_WAY_W:
            return "wrong_way"
        if state == ("discharging" if self._p_w < 0 else "charging") and abs(p_w) > IDLE_W:
            return "wrong_way"
        return "too_much" if abs(p_w) > TOO_MUCH * abs(self._p_w) + TOO_MUCH_W else None

    def _is_idle(self):
        p_w = self._bench.charger(self._number, "p_ac_w")[0]
        return p_w is not None and abs(p_w) < IDLE_W


def power_w(config, number, profile):
    """Power of a test pulse, W > 0: 1.5 kW on one phase, 2 kW on three, more where a charger is of no use below, never
    above what it may charge with."""
    device = config.ders[number]
    useful_w = 1.5 * profile["dynamics"]["p_min_useful_w"]
    return min(max(1500 if device.phases == 1 else 2000, useful_w), device.p_charge_max_w)


def is_in_control(bench, number):
    """Whether the DER takes its setpoint from us."""
    return bench.session(number) == modes.CONTROLLING


def _last_rest(samples, lead_ms):
    """The window that ends just before the charger began to move, [] when that can't be told.

    lead_ms: its measurement is older than the meter's by so much: the meter may have moved already.
    """
    rest_w = samples[0][1] if samples else 0
    moved_ms = next((row[0] for row in samples if abs(row[1] - rest_w) > IDLE_W), None)
    if moved_ms is None:
        return []
    found = [row for row in samples if moved_ms - lead_ms - WINDOW_S * 1000 <= row[0] < moved_ms - lead_ms]
    return found if len(found) >= edges.SAMPLES_MIN else []


def _lags(bench, number):
    """(s until meter and charger both show what flows, ms that the charger shows it later than the meter)."""
    charger_ms = load_profile(bench.config.ders[number].profile)["dynamics"]["meter_window_ms"]
    meter_ms = load_profile(bench.config.meter.profile)["dynamics"]["meter_window_ms"] if bench.config.meter else 0
    return 0.5 + (charger_ms + meter_ms) / 1000, 500 + charger_ms
