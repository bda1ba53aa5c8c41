"""The events `v2g event` knows: what was lost when, in which area, what is published about it, and who was plugged in.

Not its job: physics (swing.py), recordings (trace.py), the droop figures of a grid code (handed in by name).
Source: stated per row. A figure is either published, or marked as fitted or assumed; nothing of the British event is a
recording.
"""

from typing import NamedTuple

from host_sim.grid_frequency.swing import Change, Grid, Stage

RECORDED, SYNTHETIC, MODELLED = "recorded", "synthetic", "modelled"


class Mix(NamedTuple):
    """What the fleet's chargers are doing when it happens, as shares of the whole fleet; assumptions."""

    plugged: float
    charging: float    # of the plugged ones; the others wait
    consent: float     # of the plugged ones whose owner lets them discharge


class Milestone(NamedTuple):
    """A published point of the frequency curve."""

    t_s: float
    f_hz: float
    name: str


class Event(NamedTuple):
    """One event. t = 0 is the first loss; in a recorded one the frequency below which a fleet would have begun."""

    name: str
    title: str
    kind: str                # RECORDED, SYNTHETIC or MODELLED
    grid: Grid
    begin_s: float           # first second shown, before 0
    end_s: float
    changes: tuple
    milestones: tuple
    code: str                # grid code whose droop the fleet runs
    droop: tuple             # (parameter, value) that the code leaves open
    mix: Mix
    services: tuple          # reserve services shown beside the droop
    gateways: int            # how many run the real control code
    what: str                # what is shown and where it comes from, for people
    assumed: str             # what nobody published


# Open-loop response: a gateway takes 1 s, the fastest it promises; both codes leave under-frequency droop of storage open.
FAST_STORAGE = (("uf_enabled", True), ("olrt_s", 1.0))

GB_2019 = Event(
    name="gb2019",
    title="Great Britain, 9 August 2019, 16:52:33",
    kind=SYNTHETIC,
    grid=Grid(
        f_nom_hz=50.0, e_kinetic_mws=210_000.0, load_mw=29_000.0, damping_pct_per_hz=2.5, governor_mw_per_hz=2_100.0,
        reserve_mw=880.0, governor_s=0.5, turbine_s=5.0, deadband_hz=0.015,
        stages=(
            Stage("embedded generation, 200 MW", 49.0, 0.0, -200.0),
            Stage("demand, 931 MW", 48.8, 0.2, 931.0),
        ),
    ),
    begin_s=-10.0,
    end_s=240.0,
    changes=(
        Change("lightning: embedded generation", 0.0, -150.0),
        Change("Hornsea", 0.3, -737.0),
        Change("Little Barford steam turbine", 0.5, -244.0),
        Change("embedded generation, rate of change", 1.0, -350.0),
        Change("Little Barford gas turbine 1a", 57.5, -210.0),
        Change("Little Barford gas turbine 1b", 84.5, -187.0),
        Change("control room's instructions", 90.0, 1_147.0, 131.0),
    ),
    milestones=(
        Milestone(24.5, 49.1, "16:52:58 first low"), Milestone(44.5, 49.2, "16:53:18 recovered to"),
        Milestone(75.9, 48.8, "16:53:49 demand disconnected"), Milestone(221.5, 50.0, "16:57:15 restored"),
    ),
    code="g99",
    droop=FAST_STORAGE,
    mix=Mix(plugged=0.5, charging=0.4, consent=0.8),
    services=("gb-dc",),
    gateways=20,
    what="Synthetic: no recording is used. Losses, their times, the inertia of 210 GVA s and the disconnected demand are "
         "as commonly published of the event; the system operator's report itself was not at hand. The line between the "
         "published points is the swing model's.",
    assumed="Load relief 2.5 %/Hz of 29 GW, reserve 880 MW on 2,100 MW/Hz, lags 0.5 and 5 s are fitted to the published "
            "points. The control room's 1,147 MW is what brings the model back to 50 Hz in time; it is the same with "
            "and without the fleet, also where no demand was disconnected. Charging that has stopped at 49.5 Hz resumes at "
            "49.8 Hz, which is ours: G99 names no such frequency, and without one the fleet stops and resumes as one about "
            "49.5 Hz.",
)

TRIP = Event(
    name="trip",
    title="Loss of the largest infeed, a made-up 50 Hz island",
    kind=MODELLED,
    grid=Grid(
        f_nom_hz=50.0, e_kinetic_mws=100_000.0, load_mw=25_000.0, damping_pct_per_hz=1.0, governor_mw_per_hz=2_600.0,
        reserve_mw=1_300.0, governor_s=0.2, turbine_s=4.0, deadband_hz=0.015,
        stages=(Stage("demand, 1,250 MW", 48.8, 0.2, 1_250.0),),
    ),
    begin_s=-5.0,
    end_s=60.0,
    changes=(Change("largest infeed", 0.0, -1_300.0),),
    milestones=(),
    code="en50549-1",
    droop=FAST_STORAGE,
    mix=Mix(plugged=0.6, charging=0.4, consent=0.8),
    services=(),
    gateways=60,
    what="Modelled throughout: 100 GW s of inertia, 25 GW of load with 1 %/Hz of load relief, 1,300 MW lost at once and as "
         "much reserve on 2,600 MW/Hz.",
    assumed="Every figure of the area is made up; the closed forms of the swing equation stand beside the result.",
)

IBERIA = Event(
    name="iberia",
    title="Iberia, 28 April 2025, 12:33",
    kind=RECORDED,
    grid=Grid(
        f_nom_hz=50.0, e_kinetic_mws=80_000.0, load_mw=30_000.0, damping_pct_per_hz=1.5, governor_mw_per_hz=0.0,
        reserve_mw=0.0, governor_s=0.0, turbine_s=0.0,
    ),
    begin_s=-16.0,
    end_s=4.0,
    changes=(),
    milestones=(),
    code="en50549-1",
    droop=FAST_STORAGE,
    mix=Mix(plugged=0.35, charging=0.4, consent=0.8),
    services=(),
    gateways=60,
    what="Recorded: the frequency is an analyser's in Toledo, one reading every 2 s (brmurray/apagon_april28, MIT "
         "licence), a straight line between readings. It ends at 12:33:22; then the voltage was gone.",
    assumed="The counterfactual takes Iberia as one mass of 80 GW s, half and twice as much beside it, with 30 GW of load "
            "and 1.5 %/Hz of load relief: all assumed, none published here. The imbalance is what this mass needs to "
            "follow the recording, so it contains all that really happened: trips, shedding, the lines to France. It is "
            "held while the fleet is added. The voltage collapse that ended the event is not in the model; a fleet that "
            "answers frequency would not have prevented it.",
)
# The recorded event counts from here: the last reading before the fall.
IBERIA_ZERO = "12:33:18"
INERTIA_FACTORS = (0.5, 1.0, 2.0)

EVENTS = {event.name: event for event in (IBERIA, GB_2019, TRIP)}
