"""A supervisor that leases a base power and restores the frequency, far away: everything it says arrives late.

Not its job: MQTT, signatures, acknowledgements (world.py), who gets a lease (host_sim/supervisor).
Source: ours; secondary control as an integral of the area control error, Kundur, "Power System Stability and Control",
11.1.5, broadcast as the scalar of a regulation reserve.
"""

from collections import deque

CYCLE_MS = 1_000        # between two broadcasts
LEASE_MS = 60_000
RENEW_MS = 20_000
CAP_W = 2_000           # regulation each charger has sold
RESTORE_S = 10.0        # time constant of the restored frequency, unless told otherwise
PRIORITY = 20


class Dispatch:
    """`step` takes the deviation and returns the commands that arrive at this tick, the same for every gateway."""

    def __init__(self, path_s, p_base_w, *, fleet_mw, stiffness_mw_per_hz, restore_s=RESTORE_S,
                 p_rated_w=6000):
        """path_s: on the way. p_base_w: leased setpoint. fleet_mw: rating of the whole fleet. stiffness_mw_per_hz: what
        answers the frequency without the supervisor, so that it comes back with the time constant restore_s."""
        self._path_ms = round(path_s * 1000)
        self._p_base_w = p_base_w
        self._cap_mw = fleet_mw * CAP_W / p_rated_w
        self._gain = stiffness_mw_per_hz / self._cap_mw / restore_s
        self._scalar = 0.0
        self._on_way = deque()       # (arrives_ms, commands)

    def step(self, now_ms, deviation_hz):
        """Commands that arrive now. deviation_hz: frequency less nominal, as the control room sees it."""
        commands = []
        if now_ms % RENEW_MS == 0 or now_ms == CYCLE_MS:
            commands += self._leases(now_ms)
        if now_ms % CYCLE_MS == 0:
            wanted = self._scalar - self._gain * deviation_hz * CYCLE_MS / 1000
            self._scalar = min(max(wanted, -1.0), 1.0)
            commands.append({"kind": "agc", "scalar": self._scalar})
        if commands:
            self._on_way.append((now_ms + self._path_ms, commands))
        if self._on_way and self._on_way[0][0] <= now_ms:
            return self._on_way.popleft()[1]
        return ()

    def _leases(self, now_ms):
        """Base power and reservation, renewed long before they end."""
        rows = (("base", "setpoint", [self._p_base_w, None]), ("regulation", "agc_reservation", [CAP_W]))
        return [{"kind": "lease", "row": [name, kind, 0, PRIORITY, now_ms, now_ms, now_ms + LEASE_MS, None, values]}
                for name, kind, values in rows]
