"""What the household learned outlives a restart and a power cut, and so does the energy a consent has left.

Not its job: learning (test_home_house.py, test_home_modes.py). Source: edge/learned.py, edge/household/consent.py.
"""

from edge import learned
from edge.household.forecast import QUARTERS
from tests.portable import fake_site

HOUR_MS = 3600000
LEARNED = "learned"
UNKNOWN = -1


def site(files=None, unix_ms=fake_site.UNIX_MS, **sections):
    """A household with one vehicle, after its first ticks."""
    sections.setdefault("home", {"mode": "charge"})
    charger = dict(fake_site.CHARGER, profile="sim-v2h", phases=1, e_capacity_wh=40000)
    bank = fake_site.charger_bank()
    run = fake_site.FakeSite(fake_site.document(evse=[charger], **sections), {"bus:lan": {1: bank}}, files)
    run.ports.clock.ms = unix_ms
    run.run(3000)
    return run


def forecast_of(run):
    return run.gateway.state.household.energy_use.outlook.forecast


def teach(run):
    """A house that takes 700 W at noon of a workday, and a vehicle that drives 12 kWh."""
    forecast_of(run).learned()[0][0][48] = 700
    run.gateway.state.household.energy_use.plans[0].habits.e_driven_wh = 12000


def is_taught(run):
    return (forecast_of(run).expected(0, 48)[0], run.gateway.state.household.energy_use.plans[0].habits.e_driven_wh) == (700, 12000)


def test_what_was_learned_is_back_after_a_clean_stop():
    run = site()
    teach(run)
    run.stop()
    run.run(15000)
    assert run.exit_code is not None
    again = site(run.ports.store.files)
    assert is_taught(again)
    assert not is_taught(site())


def test_it_is_written_once_an_hour():
    run = site()
    run.run(70000)
    first = run.ports.store.files[LEARNED]
    teach(run)
    run.run(70000)
    assert run.ports.store.files[LEARNED] == first, "the hour is not over"
    run.ports.clock.ms += HOUR_MS
    run.run(70000)
    assert run.ports.store.files[LEARNED] != first
    assert is_taught(site(run.ports.store.files))


def test_a_start_never_overwrites_what_it_has_not_taken_back_yet():
    run = site()
    teach(run)
    run.stop()
    run.run(15000)
    kept = run.ports.store.files[LEARNED]
    again = site(run.ports.store.files, fake_site.UNIX_MS + 5 * HOUR_MS)
    assert again.ports.store.files[LEARNED] == kept
    assert is_taught(again)


def test_a_file_that_is_none_is_left_alone():
    table = [[UNKNOWN] * QUARTERS] * 2
    habits = "[[[1,2],[3]],null,null,1]"
    for data in (b"", b"1", b"1\n", b"1\n[]", b'1\n{"forecast":[],"habits":{}}', b'1\n{"forecast":3,"habits":{}}',
                 b'1\n{"forecast":%s,"habits":{"evse1":%s}}' % (repr([table, table]).encode(), habits.encode()),
                 b'1\n{"forecast":%s,"habits":{}}' % repr([table, [["x"] * QUARTERS] * 2]).encode()):
        assert learned.commands(data, ["evse1"]) == [], data
        assert site({LEARNED: data}).gateway.ticks > 10
    sound = b'1\n{"forecast":%s,"habits":{}}' % repr([table, table]).encode()
    assert learned.commands(sound, ["evse1"])[0]["habits"] == [None]


def test_a_site_without_a_household_keeps_nothing_of_the_kind():
    bank = fake_site.charger_bank()
    run = fake_site.FakeSite(fake_site.document(), {"bus:lan": {1: bank}})
    run.run(130000)
    assert LEARNED not in run.ports.store.files and "wishes" not in run.ports.store.files


def test_a_power_cut_gives_little_of_an_allowance_again():
    """5 kWh are allowed; of what was discharged only the last minute and a tenth of a kWh may be given twice."""
    charger = dict(fake_site.CHARGER, v2g_consent=False)
    run = fake_site.FakeSite(fake_site.document(evse=[charger]), {"bus:lan": {1: fake_site.charger_bank()}})
    run.run(15000)
    run._do(run.gateway.on_query(run.now_ms, 1, {"consent": True, "e_max_wh": 5000}))
    run.run(1000)
    consent = run.gateway.state.household.consents[0]
    for minute in range(20):
        consent._given_mwh += 100000        # 6 kW
        run.run(60000)
    left_wh = consent.left_wh()
    assert left_wh == 3000
    again = fake_site.FakeSite(fake_site.document(evse=[charger]), {"bus:lan": {1: fake_site.charger_bank()}},
                               run.ports.store.files)
    again.ports.clock.ms = run.ports.clock.ms
    again.run(3000)
    assert left_wh <= again.gateway.state.household.consents[0].left_wh() <= left_wh + 200
