"""Outages as rows of a GridSource: total loss, sags along the ride-through curve, auto-reclose bursts, bad returns.

Not its job: which of them a seed gets (scenario.py).
Source: ours; how deep and long a sag may be is the ride-through of IEEE 1547 category III, where the site's grid code says
nothing else.
"""

F_NOM_HZ = 50.0
FINE = (1.0, 1.0, 1.0)
DEAD = (0.0, 0.0, 0.0)
LONG_S = 86400

# grid code: residual voltage from, to, pu; longest, s. Below the first a grid counts as lost after a second.
CATEGORY_III = ((0.06, 0.5, 1.0), (0.5, 0.7, 10.0), (0.7, 0.88, 20.0))
RIDE_THROUGH = {"g99": ((0.06, 0.8, 2.5), (0.81, 0.88, 20.0))}       # its only trip
MARGIN_S = 0.2       # a gateway that sees ten pictures a second may see it longer than it was


def steady(chance):
    """(v_pu by phase, f_hz) of a healthy grid."""
    return tuple(round(chance.uniform(0.96, 1.05), 3) for _ in FINE), round(chance.uniform(49.95, 50.05), 3)


def loss(chance, loss_ms, back_ms):
    """The grid goes at once and comes back for good."""
    v_pu, f_hz = steady(chance)
    return [(0, v_pu, f_hz), (loss_ms, DEAD, f_hz), (back_ms, v_pu, round(f_hz + chance.uniform(-0.1, 0.1), 3))]


def sag(chance, loss_ms, code):
    """(rows, end_ms): one sag inside the ride-through curve, of one phase or all of them."""
    v_pu, f_hz = steady(chance)
    low_pu, high_pu, longest_s = chance.choice(RIDE_THROUGH.get(code, CATEGORY_III))
    residual_pu = round(chance.uniform(low_pu, high_pu), 3)
    end_ms = loss_ms + round(1000 * chance.uniform(0.05, longest_s - MARGIN_S))
    hit = chance.choice(((0,), (1,), (0, 1), (0, 1, 2), (0, 1, 2)))
    sagged = tuple(residual_pu if phase in hit else v_pu[phase] for phase in range(3))
    return [(0, v_pu, f_hz), (loss_ms, sagged, f_hz), (end_ms, v_pu, f_hz)], end_ms


def short_break(chance, loss_ms, _code):
    """(rows, end_ms): a total loss too short to be one."""
    v_pu, f_hz = steady(chance)
    end_ms = loss_ms + chance.randrange(20, 800)
    return [(0, v_pu, f_hz), (loss_ms, DEAD, f_hz), (end_ms, v_pu, f_hz)], end_ms


def reclose(chance, loss_ms, back_ms):
    """Breakers that try again and again: short breaks, then a long one with short returns in it."""
    v_pu, f_hz = steady(chance)
    rows, now_ms = [(0, v_pu, f_hz)], loss_ms
    for _ in range(chance.randrange(2, 6)):
        rows.append((now_ms, DEAD, f_hz))
        now_ms += chance.choice((120, 300, 700, 1500, 3000))
        rows.append((now_ms, v_pu, f_hz))
        now_ms += chance.choice((80, 300, 900, 2500))
    rows.append((now_ms, DEAD, f_hz))
    end_ms = max(back_ms, now_ms + 2000)
    while now_ms + 4000 < end_ms:
        now_ms += chance.randrange(1500, 4000)
        rows.append((now_ms, tuple(round(v * chance.uniform(0.3, 1), 3) for v in v_pu), f_hz))
        now_ms += chance.randrange(60, 900)
        rows.append((now_ms, DEAD, f_hz))
    rows.append((end_ms, v_pu, f_hz))
    return rows, end_ms


def early_return(chance, loss_ms):
    """(rows, end_ms): back when the transfer has begun; now and then for a moment only, then gone again for some seconds."""
    v_pu, f_hz = steady(chance)
    now_ms = loss_ms + chance.randrange(900, 3000)
    rows = [(0, v_pu, f_hz), (loss_ms, DEAD, f_hz), (now_ms, v_pu, f_hz)]
    if chance.random() < 0.5:
        now_ms += chance.choice((60, 250, 700, 2000))
        rows.append((now_ms, DEAD, f_hz))
        now_ms += chance.randrange(900, 8000)
        rows.append((now_ms, v_pu, f_hz))
    return rows, now_ms


def bad_return(chance, loss_ms, back_ms):
    """(rows, end_ms): comes back outside its windows, then good, with a relapse in between."""
    v_pu, f_hz = steady(chance)
    rows, now_ms = [(0, v_pu, f_hz), (loss_ms, DEAD, f_hz)], back_ms
    for _ in range(chance.randrange(1, 4)):
        factor, f_bad_hz = chance.choice(((0.75, f_hz), (1.16, f_hz), (1.0, 51.2), (1.0, 48.9), (0.85, 50.9), (0.0, f_hz)))
        rows.append((now_ms, tuple(round(v * factor, 3) for v in v_pu), f_bad_hz))
        now_ms += chance.randrange(400, 5000)
        rows.append((now_ms, v_pu, f_hz))
        now_ms += chance.randrange(500, 4500)
    return rows, now_ms
