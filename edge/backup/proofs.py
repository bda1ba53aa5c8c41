"""What proves that house and grid are apart, that the load side is dead, and that the poles are closed again.

Not its job: reading contacts (feedback.py), what follows from a proof (sequence_rows.py).
Source: IEC 60947-4-1 annex F (mirror contacts) and IEC 60364-5-53, from general knowledge; two proofs that don't share
a cause are ours.

Proofs of isolation are three: the mirror contact of every pole; a second contactor in series; the voltmeter of the grid
side. The voltmeter proves only with something to compare: grid live and load side dead, or load side live by the
charger's few volts and grid side not. With both dead it proves nothing. It says nothing of the neutral either, so a
switched neutral needs both contacts (config_rules_backup.py). A contact that is there and does not say open outweighs all others.
"""
from edge import home_reasons
from edge.backup.feedback import DEAD_V

# The load side counts as built up from here, and the grid side as following within the second of it, parts of the start voltage.
BUILT_RATIO = 0.7
NEAR_RATIO = 0.25


def are_contacts_open(fb):
    """Whether every mirror contact, and the one in series where there is one, shows open."""
    return fb.all_poles(True) and ("series_open" not in fb.has or fb.series_open is True)


def may_probe(fb):
    """Whether the contacts prove enough for the charger's first few volts: both kinds, or one and a voltmeter to watch."""
    if not are_contacts_open(fb) or not fb.is_load_dead():
        return False
    return "series_open" in fb.has or fb.is_grid_dead() or fb.is_grid_live()


def is_isolated(fb, was_seen_apart):
    """Whether two proofs hold. was_seen_apart: the voltmeter saw one side live and the other not."""
    return are_contacts_open(fb) and ("series_open" in fb.has or was_seen_apart)


def is_seen_apart(fb):
    """Whether the voltmeter shows the one side live and the other dead."""
    return (fb.is_grid_live() and fb.is_load_dead()) or (fb.is_grid_dead() and fb.is_load_live())


def has_built(fb, start_v):
    """Whether the charger makes its start voltage on the load side."""
    return fb.form_state is True and fb.load_v is not None and fb.load_v >= BUILT_RATIO * start_v


def follows(fb, start_v, was_grid_dead):
    """Whether a grid phase follows the load side during the probe: as high as it, or risen from nothing to its range."""
    for volts in fb.grid_v:
        if volts < NEAR_RATIO * start_v:
            continue
        if fb.load_v is not None and abs(volts - fb.load_v) <= NEAR_RATIO * start_v:
            return True
        if was_grid_dead and volts <= 1.5 * start_v:
            return True
    return False


def is_apart_in_probe(fb, start_v):
    """Whether the voltmeter saw the grid side stay away while the load side had its start voltage."""
    return len(fb.grid_v) == len(fb.grid_names) > 0 and has_built(fb, start_v) and not follows(fb, start_v, False)


def is_bus_dead(fb):
    """Whether the load side is dead and nobody makes it live: voltmeter, charger's word, and its terminals if known."""
    return fb.is_load_dead() and fb.form_state is False and (fb.v_charger_v is None or fb.v_charger_v < DEAD_V)


def may_unbond(fb, has_reverted):
    """Whether an island that was given up needs its bond no longer. has_reverted: the charger has been silent for so long that
    its timer has ended whatever it did. Apart from the grid only the charger makes a voltage, so neither its word nor the
    voltmeter is enough; beside a pole that is not open a second bond is the worse thing."""
    if not are_contacts_open(fb):
        return fb.is_load_dead() or fb.form_state is False
    if fb.load_v is None:
        return fb.form_state is False
    return fb.is_load_dead() and (fb.form_state is False or fb.form_state is None and has_reverted)


def are_contacts_closed(fb):
    """Whether every contact that is there says "not open"."""
    return fb.all_poles(False) and ("series_open" not in fb.has or fb.series_open is False)


def why_not_isolated(fb):
    """Reason why isolation is not proven."""
    if [1 for _, is_open in fb.poles if is_open is False] or fb.series_open is False:
        return home_reasons.SWITCH_STUCK
    return home_reasons.CONTRADICTION if fb.is_load_live() else home_reasons.ISOLATION_UNPROVEN


def why_not_closed(fb):
    """Reason why the poles did not close."""
    return home_reasons.CONTRADICTION if are_contacts_closed(fb) else home_reasons.SWITCH_STUCK
