"""Constants that no configuration may move, each with its source, and the relations between them.

Not its job: settings of a site (params.py) and their relations (dead_man.py), what a device is rated for (protocols/profiles).
Source: stated per constant; "ours" where no standard says.
"""

DERS_MAX = 8                    # ours: chargers and batteries one gateway serves
PVS_MAX = 4                     # ours
BUSES_MAX = 8                   # ours: one link per charger at most
CIRCUITS_MAX = 12               # ours: what one backup distribution board has
INPUTS_MAX = 16                 # ours: values of the site link
MEMBERS_MAX = 8                 # ours: gateways behind one fuse, the master's own left out

TICK_MIN_MS = 50                # ours: faster than any inverter follows
TICK_MAX_MS = 1000              # ours: the slowest loop the stability rule of WAPE was studied for
FAILSAFE_MIN_S = 0.5            # ours: ten of the fastest ticks; a single lost answer is no fault
FAILSAFE_MAX_S = 20             # ours: below the longest device reversion
REVERSION_MIN_S = 1             # ours
REVERSION_MAX_S = 30            # ours: a charger left alone longer could overload a feeder fuse's short-time curve
SWITCH_LATER_S = 2              # ours: a transfer switch reverts after the charger has, which then has ended its island

SYSTEM_PRIORITY_MAX = 9         # IEEE 2030.5 primacy, lower is higher: 0-9 system operator, above: VPP
PRIORITY_MAX = 255              # IEEE 2030.5 PrimacyType

LEASE_MAX_S = 900               # ours: one settlement period; a lost supervisor is forgotten after it
LIFT_LEASE_MAX_S = 60           # ours: a lift of WAPE ends soon when nobody renews it

KEYFRAME_TICKS = 600            # ours: replay starts at most one minute back at 10 Hz

if not (TICK_MIN_MS < FAILSAFE_MIN_S * 1000 and FAILSAFE_MAX_S < REVERSION_MAX_S and REVERSION_MIN_S < REVERSION_MAX_S):
    raise ValueError("limits: tick < failsafe delay < device reversion must be possible")
if not LIFT_LEASE_MAX_S <= LEASE_MAX_S:
    raise ValueError("limits: a lift is a lease")
