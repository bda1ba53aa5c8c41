"""Rank 1: operating mode of the grid code, and the way back into service: window, delay, chance, ramp, permission.

Not its job: protection. The device trips, rides through and blocks by itself; the gateway only follows what it must
have done, and keeps a device that takes setpoints out of service until the grid was good for long enough. In service
this law leaves everything alone, in a disturbance too: a device that has to stay and deliver, or to come back at once,
needs its setpoint, and the voltage functions go on.
Source: IEEE 1547-2018 4.10 (enter service), 6.4.2 (modes); the judgement after a start or a blind time is ours.

A device that delivers when it is seen first, or again, has been in service all along, so a restart of the gateway
costs no new delay; one that rests, or shows a fault, has to wait like any other. Charging tells nothing where only
export has to wait: a charger begins that by itself when the grid is back.
"""
from edge import fsm_table, grid_mode_rows, grid_reasons
from protocols.forgetting import forget

STATES = grid_mode_rows.STATES
CONTINUOUS, TRIPPED, WAIT, RAMP = 0, 5, 6, 7
# Event of each mode number while in service; a mode's number is that of the region it is for.
_IN_SERVICE = (grid_mode_rows.NORMAL, grid_mode_rows.STAY, grid_mode_rows.MAY_LEAVE, grid_mode_rows.BLOCK,
               grid_mode_rows.STOP)
_OUT, _OPEN, _SHUT = grid_mode_rows.OUT, grid_mode_rows.WINDOW_OPEN, grid_mode_rows.WINDOW_SHUT
_DELAY_OVER, _RAMP_OVER = grid_mode_rows.DELAY_OVER, grid_mode_rows.RAMP_OVER
_MOVES = fsm_table.moves(STATES, grid_mode_rows.EVENTS, grid_mode_rows.ROWS)
forget("edge.grid_mode_rows", "edge.fsm_table")

# Nothing was seen for longer than this: the device may have tripped meanwhile.
BLIND_MAX_MS = 5000
# Less than this is no delivery.
RUNNING_W = 100


def grid_mode(view, memory, p):
    """Bounds while out of service and on the ramp; reactive power 0 while out.

    memory: mode number, ms of its timer, ms of its delay, ms blind; while voltage or frequency are abnormal also the
    ms spent beyond each trip setting, in the order of p.trips.
    """
    if view.f_hz is None or (memory is None and view.p_ac_w is None):
        return grid_mode_blind(view, memory, p)
    is_permitted = p.enabled and view.permit_service
    v_lo_pu, v_hi_pu, f_lo_hz, f_hi_hz = p.calm
    is_calm = v_lo_pu <= view.v_min_pu and view.v_max_pu <= v_hi_pu and f_lo_hz <= view.f_hz <= f_hi_hz
    if memory is None:
        memory = (CONTINUOUS if _is_running(view, p) else TRIPPED, 0, 0, 0)
    mode, timer_ms, wait_ms, blind_ms = memory[:4]
    if is_calm and is_permitted and mode == CONTINUOUS and blind_ms == 0 and len(memory) == 4 and view.state != "fault":
        return None, memory
    counts = () if is_calm else _beyond(view, memory[4:], p)
    is_out = (not is_permitted or view.state == "fault" or (blind_ms > BLIND_MAX_MS and not _is_running(view, p))
              or _is_any_over(counts, p))
    if mode == WAIT or (mode == RAMP and is_calm):
        timer_ms += view.dt_ms
    after = _next(mode, _event(view, mode, timer_ms, wait_ms, is_calm=is_calm, is_out=is_out, p=p))
    if after != mode:
        timer_ms = 0
        wait_ms = int(1000 * (p.delay_s + p.random_s * view.chance_s)) if after == WAIT else 0
    return _opinion(view, after, timer_ms, is_permitted, p), (after, timer_ms, wait_ms, 0) + counts


def grid_mode_blind(view, memory, p):
    """Voltage or frequency unknown: no injection; a delay starts anew, and a long time of it counts as out of service."""
    if memory is None:
        return (None, 0, None, None, grid_reasons.GRID_UNKNOWN), None
    mode, timer_ms, wait_ms, blind_ms = memory[:4]
    if mode == WAIT:
        mode, timer_ms = TRIPPED, 0
    memory = (mode, timer_ms, wait_ms, blind_ms + view.dt_ms)
    if mode == TRIPPED:
        return _opinion(view, mode, 0, p.enabled and view.permit_service, p), memory
    return (None, 0, None, None, grid_reasons.GRID_UNKNOWN), memory


def grid_mode_tell(memory):
    """The mode as an event: (reason, [word]); None before anything was seen."""
    return None if memory is None else (grid_reasons.GRID_MODE, [STATES[memory[0]]])


def _is_running(view, p):
    """Whether the device shows that it is in service."""
    p_w = view.p_ac_w or 0
    return p_w > RUNNING_W or (p.applies_to == "both" and p_w < -RUNNING_W)


def _event(view, mode, timer_ms, wait_ms, *, is_calm, is_out, p):
    """What happened in this tick, as an event of the table."""
    if is_out:
        return _OUT
    if mode == TRIPPED or mode == WAIT:
        if not (p.v_lo_pu <= view.v_min_pu and view.v_max_pu <= p.v_hi_pu and p.f_lo_hz <= view.f_hz <= p.f_hi_hz):
            return _SHUT
        return _DELAY_OVER if mode == WAIT and timer_ms >= wait_ms else _OPEN
    if mode == RAMP and timer_ms >= p.ramp_s * 1000:
        return _RAMP_OVER
    return _IN_SERVICE[CONTINUOUS if is_calm else _region(view, p)]


def _next(mode, event):
    return STATES.index(_MOVES[STATES[mode]].get(event, STATES[mode]))


def _region(view, p):
    """Number of the worst mode the present voltage and frequency call for."""
    quantities = (view.v_max_pu, view.v_min_pu, view.f_hz, view.f_hz)
    worst = 1   # beyond the calm range, without a region of its own: it stays until a trip setting is over
    for quantity, low, high, mode in p.regions:
        if mode > worst and low <= quantities[quantity] <= high:
            worst = mode
    return worst


def _beyond(view, before, p):
    """ms beyond each trip setting without a break; nobody saw when in the tick it began, so a whole tick counts."""
    values = (view.v_max_pu, view.v_min_pu, view.f_hz, view.f_hz)
    counts = []
    for number, (quantity, threshold, _) in enumerate(p.trips):
        is_beyond = values[quantity] < threshold if quantity & 1 else values[quantity] > threshold
        counts.append((before[number] if before else 0) + view.dt_ms if is_beyond else 0)
    return tuple(counts)


def _is_any_over(counts, p):
    for count_ms, row in zip(counts, p.trips):
        if count_ms >= row[2]:
            return True
    return False


def _opinion(view, mode, timer_ms, is_permitted, p):
    """None in service; 0 W and 0 var while out, where charging may go on if it is a load; a cap on the ramp."""
    if mode < TRIPPED:
        return None
    is_both = p.applies_to == "both" or not is_permitted
    if mode == RAMP and not p.ramp_s:
        return None
    if mode == RAMP:
        cap_w = view.p_rated_w * timer_ms / (p.ramp_s * 1000)
        return (-cap_w if is_both else None, cap_w, None, None, grid_reasons.ENTER_SERVICE)
    return (0 if is_both else None, 0, None, 0, grid_reasons.ENTER_SERVICE)
