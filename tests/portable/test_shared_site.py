"""Shares, promises, leases and words between the gateways of one site, one case at a time; and which settings fit together.

Not its job: all orders of messages (tests/property/test_shared_site_property.py), the fuse (tests/fault/test_shared_fuse.py).
Source: the rules in edge/shared_site and link/site_peers.py.
"""

from edge import config_loader
from edge.link.site_peers import Peers
from edge.shared_site.account import Account
from edge.shared_site.demand import BEGIN_MA, HOLD_MS, UNUSED_MS, Demand
from edge.shared_site.loads import Loads
from edge.shared_site.master import Master
from edge.shared_site.member import PROMISE_LEASES, Member
from edge.shared_site.talk import Talk
from edge.site import SitePower
from protocols import auth
from tests.portable import fake_site
from tests.portable.law_bench import Part, section
from tests.portable.test_site_turns import Row

LEASE_MS = 5000
KEY = "00112233445566778899aabbccddeeff"
NOTHING = [0, 0, 0]


def grant(limit_ma, echo_no, no=1):
    """A grant as the link hands it on."""
    return {"limit_ma": [limit_ma] * 3, "echo_no": echo_no, "no": no}


# -- member --------------------------------------------------------------------------------------------------------

def test_a_member_begins_with_nothing_and_has_its_own_after_three_leases():
    member = Member(12000, LEASE_MS)
    assert member.step(1000, NOTHING, [20000] * 3)[0] == NOTHING
    assert member.step(1000 + PROMISE_LEASES * LEASE_MS - 1, NOTHING, [20000] * 3)[0] == NOTHING
    assert member.step(1000 + PROMISE_LEASES * LEASE_MS, NOTHING, [20000] * 3)[0] == [12000] * 3


def test_a_lease_runs_from_when_the_member_asked():
    member = Member(12000, LEASE_MS)
    member.step(0, NOTHING, [30000] * 3)
    member.take(grant(25000, 100))
    assert member.step(3000, NOTHING, [30000] * 3)[0] == [25000] * 3
    assert member.step(5099, NOTHING, [30000] * 3)[0] == [25000] * 3
    assert member.step(5100, NOTHING, [30000] * 3)[0] == NOTHING


def test_what_is_not_needed_is_promised_and_then_not_used():
    member = Member(12000, LEASE_MS)
    member.step(0, NOTHING, NOTHING)
    assert member.step(20000, NOTHING, NOTHING)[1]["keep_ma"] == [12000] * 3, "nobody lends without a master"
    member.take(grant(12000, 20000))
    _, report = member.step(20500, [3000, 0, 0], NOTHING)
    assert report == {"draw_ma": [3000, 0, 0], "want_ma": NOTHING, "keep_ma": [3000, 0, 0], "held_no": 1}
    member.granted_until_ms = 0     # the master falls silent
    assert member.step(21000, NOTHING, [30000] * 3)[0] == [3000, 0, 0]
    assert member.step(20500 + PROMISE_LEASES * LEASE_MS, NOTHING, [30000] * 3)[0] == [12000] * 3


def test_reports_come_in_time_and_at_once_when_something_changes():
    member = Member(12000, LEASE_MS)
    told = [now_ms for now_ms in range(0, 3000, 100)
            if member.step(now_ms, [5000 if now_ms >= 1200 else 0] * 3, [20000] * 3)[1] is not None]
    assert told == [0, 500, 1000, 1200, 1700, 2200, 2700]


def test_a_member_comes_back_from_a_dump():
    member, other = Member(12000, LEASE_MS), Member(12000, LEASE_MS)
    other.load(member.dump())
    for now_ms in (0, 400, 20000, 20400):
        assert member.step(now_ms, NOTHING, NOTHING) == other.step(now_ms, NOTHING, NOTHING)
        for each in (member, other):
            each.take(grant(9000, now_ms))
        kept = member.dump()
        other = Member(12000, LEASE_MS)
        other.load(kept)


# -- master --------------------------------------------------------------------------------------------------------

def report(name, echo_no, *, draw=0, want=0, keep=12000, held_no=0):
    """A report as the link hands it on."""
    return {"from": name, "echo_no": echo_no, "held_no": held_no, "draw_ma": [draw] * 3, "want_ma": [want] * 3,
            "keep_ma": [keep] * 3}


def started(**members):
    """A master that has waited out what it may have lent before."""
    master = Master(members, 12000, LEASE_MS)
    assert master.step(0, [40000] * 3, NOTHING, [60000] * 3) == (NOTHING, {})
    assert master.step(9900, [40000] * 3, NOTHING, [60000] * 3) == (NOTHING, {})
    return master


def test_only_what_nobody_can_claim_is_lent():
    master = started(b=12000, c=12000)
    master.take(10000, report("b", 9000, want=50000))
    own_ma, grants = master.step(10000, [40000] * 3, NOTHING, NOTHING)
    # 40 A are there, c is silent and has its 12 A: 28 A for b
    assert own_ma == NOTHING and grants == {"b": [28000] * 3}


def test_who_is_to_have_less_hears_it_at_once_and_the_other_waits_for_the_answer():
    master = started(b=12000, c=12000)
    master.take(10000, report("c", 9900, keep=0))
    master.take(10000, report("b", 9900, want=50000))
    assert master.step(10000, [40000] * 3, NOTHING, NOTHING)[1] == {"b": [40000] * 3, "c": NOTHING}
    master.take(10500, report("c", 10000, want=50000))
    grants = master.step(10500, [40000] * 3, NOTHING, NOTHING)[1]
    assert grants == {"b": [20000] * 3, "c": NOTHING}
    master.take(10600, report("b", 10000, want=50000, held_no=10000, draw=40000))
    assert master.step(10600, [40000] * 3, NOTHING, NOTHING)[1] == {"b": [20000] * 3}, "it has not heard yet"
    master.take(10700, report("b", 10600, want=50000, held_no=10600, draw=20000))
    assert master.step(10700, [40000] * 3, NOTHING, NOTHING)[1] == {"b": [20000] * 3, "c": [20000] * 3}


def test_a_silent_borrower_is_counted_for_two_leases():
    master = started(b=12000, c=12000)
    master.take(10000, report("c", 9900, keep=0))
    master.take(10000, report("b", 9900, want=50000))
    master.step(10000, [40000] * 3, NOTHING, NOTHING)
    for now_ms in range(10500, 20000, 500):
        master.take(now_ms, report("c", now_ms - 500, want=50000))
        assert master.step(now_ms, [40000] * 3, NOTHING, NOTHING)[1]["c"] == NOTHING, now_ms
    master.take(20500, report("c", 20000, want=50000))
    assert master.step(20500, [40000] * 3, NOTHING, NOTHING)[1]["c"] == [28000] * 3


def test_a_house_that_takes_its_part_back_is_felt_by_loans_not_by_shares():
    master = started(b=12000)
    master.take(10000, report("b", 9900, want=50000))
    assert master.step(10000, [40000] * 3, NOTHING, [60000] * 3) == ([20000] * 3, {"b": [20000] * 3})
    assert master.step(10100, [20000] * 3, [12000] * 3, [60000] * 3)[1] == {"b": [12000] * 3}
    own_ma, grants = master.step(10200, [-5000] * 3, [12000] * 3, [60000] * 3)
    assert own_ma == [12000] * 3 and grants == {}, "its own meter holds the master back (site.py)"


def test_a_member_that_draws_more_than_its_right_is_counted_and_gets_no_right_of_it():
    master = started(b=12000, c=12000)
    master.take(10000, report("b", 9900, want=50000, draw=30000))
    master.take(10000, report("c", 9900, want=50000, keep=12000))
    _, grants = master.step(10000, [50000] * 3, NOTHING, NOTHING)
    assert grants["b"][0] + 0 <= 20000 and max(30000, grants["b"][0]) + grants["c"][0] <= 50000


def test_another_master_makes_it_stand_back():
    master = started(b=12000)
    master.take(10000, report("b", 9900, want=10000))
    assert master.step(10000, [60000] * 3, NOTHING, [60000] * 3)[0] == [48000] * 3
    master.stand_back(10100)
    master.take(10100, report("b", 10000, want=50000))
    assert master.step(10100, [60000] * 3, NOTHING, [60000] * 3) == ([12000] * 3, {})
    assert master.step(20000, [60000] * 3, NOTHING, [60000] * 3)[1] == {}


# -- words ---------------------------------------------------------------------------------------------------------

def test_a_word_is_believed_when_it_answers_one_of_ours():
    a, b = Talk("a1", LEASE_MS), Talk("b1", LEASE_MS)
    first = b.envelope(100, {"x": 1})
    assert first == {"boot": "b1", "no": 100, "echo_boot": None, "echo_no": 0, "x": 1}
    assert a.take(7000, first) == (False, "unanswered")
    assert b.take(200, a.envelope(7001, {})) == (True, None)
    second = b.envelope(300, {})
    assert a.take(7100, second) == (True, None)
    assert a.take(7101, second) == (False, "stale"), "twice"
    late = b.envelope(400, {})
    assert a.take(13000, late) == (False, "unanswered"), "it answers what was said too long ago"


def test_recordings_and_second_masters_are_not_believed():
    a, b, other = Talk("a1", LEASE_MS), Talk("b1", LEASE_MS), Talk("b2", LEASE_MS)
    a.take(0, b.envelope(100, {}))
    b.take(200, a.envelope(10, {}))
    assert a.take(20, b.envelope(300, {}))[0]
    other.take(0, a.envelope(30, {}))
    assert a.take(40, other.envelope(50, {})) == (False, "another")
    assert a.take(5040, other.envelope(60, {})) == (False, "unanswered"), "its echo is old by now"
    other.take(70, a.envelope(5050, {}))
    assert a.take(5060, other.envelope(80, {})) == (True, None)


class Session:
    """What Peers needs of an MQTT session."""

    connected = True

    def __init__(self):
        self.filters = []
        self.sent = []

    def subscribe(self, topic, qos):
        """Kept."""
        self.filters.append(topic)

    def publish(self, topic, payload, qos, retain):
        """Kept."""
        self.sent.append((topic, payload))


class Says:
    """A part of the controller that has something to say."""

    def __init__(self, *words):
        self.words = words

    def take_words(self):
        """All of it."""
        return self.words


def peers(role, gateway, entropy):
    """One gateway's side of the site's words, and its session."""
    config = Part()
    config.gateway = section("gateway", id=gateway)
    config.site_link = section("site_link", prefix="home")
    config.shared_site = section("shared_site", role=role, key=KEY)
    config.shared_site.name = "garage"
    config.members = [section("member", gateway="b", i_guaranteed_a=10)] if role == "master" else []
    ports, session = Part(), Session()
    ports.entropy = lambda count: entropy * count
    return Peers(config, ports, session), session


def pass_on(sessions):
    """Deliver what each has sent to the other."""
    (from_peer, from_session), (to_peer, _) = sessions
    for topic, payload in from_session.sent:
        to_peer.take(0, topic, payload, False)
    from_session.sent = []


def test_signed_words_become_commands():
    master, member = peers("master", "a", b"\x01"), peers("member", "b", b"\x02")
    words = {"draw_ma": [0, 1, 2], "want_ma": [3, 4, 5], "keep_ma": [6, 7, 8], "held_no": 0}
    member[0].report(10, Says((None, words)))
    pass_on((member, master))
    assert master[0].take_commands() == [], "it answers nothing yet"
    pass_on((master, member))
    member[0].report(20, Says((None, words)))
    pass_on((member, master))
    assert master[0].take_commands() == [{"kind": "grant", "from": "b", "echo_no": 0, "held_no": 0, "draw_ma": [0, 1, 2],
                                          "want_ma": [3, 4, 5], "keep_ma": [6, 7, 8]}]
    master[0].report(30, Says(("b", {"limit_ma": [1, 2, 3]})))
    topic, payload = master[1].sent[-1]
    member[0].take(40, topic, payload, False)
    assert member[0].take_commands() == [{"kind": "grant", "from": None, "no": 30, "echo_no": 20, "limit_ma": [1, 2, 3]}]
    member[0].take(40, topic, payload, False)
    assert member[0].take_commands() == [], "a replay"


def test_words_without_the_key_bent_retained_or_of_strangers_are_dropped():
    master, session = peers("master", "a", b"\x01")
    topic = "home/site/garage/up/b"
    good = b'{"boot":"b","no":1,"echo_boot":"01010101","echo_no":0,"draw_ma":[0,0,0],"want_ma":[0,0,0],"keep_ma":[0,0,0],"held_no":0}'
    key = bytes(range(0, 256, 17))
    signed = auth.sign(topic, good, "site", key)
    bad = [(topic, good, False), (topic, signed[:-1] + b"0", False), (topic, signed, True),
           (topic.replace("/up/b", "/up/c"), signed, False), (topic, auth.sign(topic, b"{}", "site", key), False),
           (topic, auth.sign(topic, good.replace(b"[0,0,0]", b"[0,-1,0]"), "site", key), False),
           (topic, auth.sign(topic, good.replace(b'"held_no":0', b'"held_no":true'), "site", key), False),
           (topic, b"x" * 10000, False)]
    for number, (where, payload, is_retained) in enumerate(bad):
        master.take(0, where, payload, is_retained)
        assert master.take_commands() == [] and master.refused == number + 1, number
    master.take(0, topic, signed, False)
    assert len(master.take_commands()) == 1


def test_a_master_that_hears_another_one_says_so():
    master, _ = peers("master", "a", b"\x01")
    other, session = peers("master", "x", b"\x03")
    other.report(10, Says(("b", {"limit_ma": [1, 1, 1]})))
    master.take(10, session.sent[0][0], session.sent[0][1], False)
    assert master.take_commands() == [{"kind": "grant", "from": None}]
    own, session = peers("master", "a", b"\x01")
    own.report(10, Says(("b", {"limit_ma": [1, 1, 1]})))
    own.take(10, session.sent[0][0], session.sent[0][1], False)
    assert own.take_commands() == [], "its own words come back"


# -- demand --------------------------------------------------------------------------------------------------------

class State:
    """DERs of a controller."""

    def __init__(self, *rows):
        self.ders = list(rows)


def charger(phases=3, p_ac_w=0, asked_w=None, **changes):
    """A charger at 230 V, 6.9 kW."""
    row = Row()
    row.weights = (1 / 3, 1 / 3, 1 / 3, 1) if phases == 3 else (1, 0, 0, 1)
    row.device = section("evse", s_max_va=6900)
    values = {"p_ac_w": p_ac_w, "p_asked_w": asked_w, "p_charge_max_w": 6900, "v_min_pu": 1.0, "v_nom_ll_v": 398.3717}
    values.update(changes)
    for name in values:
        setattr(row.view, name, values[name])
    return row


def demand_of(*rows, now_ms=0):
    """A Demand that has seen these chargers once."""
    config = Part()
    config.grid = section("grid")
    demand = Demand(config)
    demand.observe(State(*rows), now_ms, [0] * 3)
    return demand


def near(got, wanted):
    """Within 15 mA."""
    return all([abs(a - b) <= 15 for a, b in zip(got, wanted)])


def test_amperes_of_what_flows_and_of_what_is_wished_for():
    demand = demand_of(charger(p_ac_w=-3450, asked_w=-6900), charger(phases=1, p_ac_w=2300, asked_w=2300))
    assert near(demand.draw_ma, [15000, 5000, 5000]) and near(demand.want_ma, [10000, 10000, 10000])
    assert near(demand_of(charger(p_ac_w=None)).draw_ma, [10000] * 3), "nobody knows: all it could"
    assert demand_of(charger(p_ac_w=None, plugged=False)).draw_ma == NOTHING
    assert demand_of(charger(asked_w=-6900, waits_turn=320)).want_ma == NOTHING
    lower = demand_of(charger(asked_w=-6900, v_min_pu=0.9))
    assert near(lower.want_ma, [11111] * 3)


def test_a_wish_that_went_is_kept_for_ten_seconds_and_a_new_one_counts_at_once():
    row = charger(asked_w=-6900)
    demand = demand_of(row)
    row.view.p_asked_w = 0
    for now_ms, wanted in ((100, 10000), (HOLD_MS - 1, 10000), (HOLD_MS, 0)):
        demand.observe(State(row), now_ms, [0] * 3)
        assert near(demand.want_ma, [wanted] * 3), now_ms
    row.view.p_asked_w = -3450
    demand.observe(State(row), HOLD_MS + 100, [0] * 3)
    assert near(demand.want_ma, [5000] * 3)


def test_what_a_vehicle_makes_no_use_of_is_left_to_others_but_for_a_beginning():
    row = charger(asked_w=-6900)
    demand = demand_of(row)
    for now_ms in range(0, UNUSED_MS + HOLD_MS, 1000):
        assert near(demand.want_ma, [10000] * 3), now_ms
        demand.observe(State(row), now_ms, [10000] * 3)
    assert near(demand.want_ma, [BEGIN_MA] * 3)
    row.view.p_ac_w = -3 * 1300         # it begins, with nearly all of it
    demand.observe(State(row), 50000, [BEGIN_MA] * 3)
    assert near(demand.want_ma, [10000] * 3)


def test_rooms_leave_out_vars_and_chargers_of_somebody_else():
    demand = demand_of(charger(p_ac_w=0))
    assert near(demand.rooms_w([10000, 5000, 0], 8000)[:3], [2300, 1150, 0]) and near(demand.rooms_w(NOTHING, 8000)[4:7], [1840] * 3)
    demand = demand_of(charger(p_ac_w=0, q_ac_var=3 * 1380))
    assert near(demand.rooms_w([10000] * 3, 0)[:3], [1840] * 3)
    foreign = charger(p_ac_w=-3450)
    foreign.session = "backed_off"
    assert near(demand_of(foreign).rooms_w([10000] * 3, 0)[:3], [1150] * 3)


# -- loads ---------------------------------------------------------------------------------------------------------

def loads_of(**site):
    """Loads of a master behind 63 A that keeps 15 A for the house."""
    config = Part()
    config.grid, config.site = section("grid"), section("site", i_fuse_a=63, **site)
    config.shared_site = section("shared_site", i_house_a=15)
    return Loads(config)


def seen(p_w, *rows):
    """A controller's state with a meter that shows p_w on every phase, + = export; None: silent."""
    state = State(*rows)
    state.site = Part()
    state.site.meter = SitePower() if p_w is None else SitePower([230] * 3, [abs(p_w) / 230] * 3, [p_w] * 3, 3 * p_w)
    return state


def test_what_the_house_leaves_is_the_fuse_less_everything_but_chargers():
    account = Account(12000, LEASE_MS)
    account.take(0, report("b", 0, draw=10000))
    own = charger(p_ac_w=-2070)
    # 8.05 kW shown: 2.3 kW are the member's, 0.69 kW a phase the master's own, 5.06 kW the house: 22 A
    assert near(loads_of().free_ma(seen(-8050, own), 0, [account], 230), [41000] * 3)
    assert near(loads_of().free_ma(seen(2000, charger()), 0, [], 230), [63000] * 3), "what the roof gives is not lent"
    assert loads_of().free_ma(seen(None, own), 0, [account], 230) == [48000] * 3
    silent = Account(12000, LEASE_MS)
    assert near(loads_of().free_ma(seen(-8050, own), 0, [silent], 230), [31000] * 3), "its draw counts with the house"


def test_an_import_limit_is_spread_over_the_phases():
    assert near(loads_of(p_import_max_w=20700).free_ma(seen(-2300, charger()), 0, [], 230), [20000] * 3)
    assert loads_of(p_import_max_w=20700).free_ma(seen(None, charger()), 0, [], 230) == [15000] * 3


def test_room_that_goes_has_to_be_gone_for_a_moment_and_room_that_comes_is_trusted_slowly():
    loads = loads_of()
    for now_ms in range(0, 1000, 100):
        free_ma = loads.free_ma(seen(-2300, charger()), now_ms, [], 230)
    found = []
    for now_ms in range(1000, 2000, 100):
        found.append(loads.free_ma(seen(-4600, charger()), now_ms, [], 230)[0])
    gone_ms = 100 * len([each for each in found if each > 50000])
    assert near(free_ma, [53000] * 3) and 200 <= gone_ms <= 700 and near(found[-1:], [43000])
    back = loads.free_ma(seen(-2300, charger()), 2000, [], 230)
    assert 43000 < back[0] < 44000
    for now_ms in range(2100, 12000, 100):
        back = loads.free_ma(seen(-2300, charger()), now_ms, [], 230)
    assert near(back, [53000] * 3)


# -- settings ------------------------------------------------------------------------------------------------------

def errors_of(**sections):
    """Paths of the rules that a site breaks."""
    return [row[0] for row in config_loader.load(fake_site.document(**sections))[1]]


MASTER = {"role": "master", "key": KEY, "i_guaranteed_a": 12, "i_house_a": 15}
MEMBER = {"role": "member", "key": KEY, "i_guaranteed_a": 12}
METER = {"profile": "eastron-sdm630", "bus": "lan", "unit": 9}
MEMBERS = [{"gateway": "gw-b", "i_guaranteed_a": 18}, {"gateway": "gw-c", "i_guaranteed_a": 18}]
BROKER = {"host": "broker"}


def test_shares_have_to_fit_the_fuse_and_there_is_one_master():
    site = {"i_fuse_a": 63}
    assert errors_of(site_link=BROKER, shared_site=MASTER, member=MEMBERS, meter=METER, site=site) == []
    assert errors_of(site_link=BROKER, shared_site=MEMBER) == [], "a member needs no meter"
    assert errors_of(site_link=BROKER, shared_site=dict(MASTER, i_house_a=15.1), member=MEMBERS, meter=METER, site=site) == [
        "shared_site.i_guaranteed_a"]
    assert errors_of(site_link=BROKER, shared_site=MASTER, member=MEMBERS, meter=METER, site=dict(site, p_import_max_w=43000)) == [
        "shared_site.i_guaranteed_a"]
    assert errors_of(site_link=BROKER, shared_site=MEMBER, member=MEMBERS) == ["member"]
    assert errors_of(member=MEMBERS) == ["member"]
    assert errors_of(site_link=BROKER, shared_site=dict(MASTER, i_house_a=None)) == [
        "member", "site.i_fuse_a", "meter", "shared_site.i_house_a"]
    twice = [{"gateway": "gw-b", "i_guaranteed_a": 1}] * 2 + [{"gateway": "gw-test", "i_guaranteed_a": 1}]
    assert errors_of(site_link=BROKER, shared_site=MASTER, member=twice, meter=METER, site=site) == [
        "member[1].gateway", "member[2].gateway"]


def test_gateways_of_a_site_have_to_talk_and_to_let_go_in_time():
    assert errors_of(shared_site=MEMBER) == ["site_link.enabled"]
    assert errors_of(shared_site=MEMBER, site_link=dict(BROKER, enabled=False)) == ["site_link.enabled"]
    assert errors_of(shared_site=dict(MEMBER, lease_s=4), site_link=BROKER) == ["failsafe.device_reversion_s"]


def test_topics_and_inputs_have_to_make_sense():
    assert errors_of(site_link=dict(BROKER, prefix="a/#")) == ["site_link.prefix"]
    assert errors_of(site_link=dict(BROKER, prefix="/a")) == ["site_link.prefix"]
    power = {"quantity": "p_pcc_w", "topic": "x"}
    assert errors_of(input=[power]) == ["input"]
    for wrong, path in (({"topic": "a/+"}, "topic"), ({"scale": 0}, "scale"), ({"evse": "evse1"}, "evse")):
        assert errors_of(site_link=BROKER, input=[dict(power, **wrong)]) == ["input[0]." + path]
    soc = {"quantity": "soc_pct", "topic": "x"}
    assert errors_of(site_link=BROKER, input=[dict(soc, evse="none")]) == ["input[0].evse"]
    assert errors_of(site_link=BROKER, input=[soc, dict(soc, evse="evse1")]) == ["input[1].quantity"]
    assert errors_of(site_link=BROKER, input=[power, soc]) == []
