"""The page against a real gateway without sockets: what it shows, what its forms do, and who is turned away.

Not its job: HTTP (test_web_http.py), sockets (sim/test_page.py). Source: edge/web.
"""

import json

from edge.web import cards, forms, guard, lock_out, page, server
from tests.portable import fake_site
from tests.portable.test_gateway import VPP

PIN = "482913"
GUESSER = "10.0.0.66"


class Visitor:
    """A browser without sockets, and the gateway behind the page."""

    def __init__(self, pin=None, address="127.0.0.1", **sections):
        page = {"address": address}
        if pin is not None:
            page["pin"] = pin
        document = fake_site.document(page=page, vpp=VPP, **sections)
        self.run = fake_site.FakeSite(document, {"bus:lan": {1: fake_site.charger_bank(), 2: fake_site.Bank()}})
        self.run.run(15000)
        self.seed = 0
        self.page = server.PageServer(self.run.gateway.config, self._entropy)
        self.cookie = None
        self.address = "127.0.0.1"
        self.count = 0

    def _entropy(self, count):
        self.seed += 1
        return bytes([(self.seed * 37 + place) % 256 for place in range(count)])

    def ask(self, request):
        for action in self.run.gateway.on_query(self.run.now_ms, 7, request):
            if action[0] == "reply":
                return action[2]

    def send(self, method, path, body="", **headers):
        """(status, headers, body) of one request; a header given as None is left out."""
        given = {"host": "127.0.0.1:8080"}
        if body:
            given.update({"content_type": server.FORM_TYPE, "content_length": str(len(body))})
        if self.cookie:
            given["cookie"] = self.cookie
        given.update(headers)
        lines = ["%s: %s" % (name.replace("_", "-"), given[name]) for name in sorted(given) if given[name] is not None]
        data = ("\r\n".join(["%s %s HTTP/1.1" % (method, path)] + lines) + "\r\n\r\n" + body).encode()
        self.count += 1
        self.run.run(200)
        assert self.page.opened(self.run.now_ms, self.count, self.address)
        answer, self.wait_ms = self.page.received(self.run.now_ms, self.count, data, self.ask)
        self.page.closed(self.count)
        head, _, content = answer.decode().partition("\r\n\r\n")
        lines = head.split("\r\n")
        return int(lines[0].split(" ")[1]), dict([line.split(": ") for line in lines[1:] if line.count(": ") == 1]), content

    def post(self, form, path="/ask", **headers):
        return self.send("POST", path, form + "&token=" + self.page.guard.token, **headers)

    def log_in(self, pin):
        status, headers, _ = self.post("pin=" + pin, "/login")
        if status == 303:
            self.cookie = headers["Set-Cookie"].split(";")[0]
        return status

    @property
    def state(self):
        self.run.run(300)
        return self.run.gateway.state


def test_the_page_shows_what_the_charger_does_and_why():
    visitor = Visitor()
    status, headers, body = visitor.send("GET", "/")
    assert status == 200 and headers["Cache-Control"] == "no-store"
    for part in ("gw-test", "charging 6.0 kW: default", "Battery 50 % of 40 kWh", "Discharge", "Nothing announced", "Pause the power plant"):
        assert part in body, part
    assert len(body.encode()) < 60000
    assert "http:" not in body and "https:" not in body and "src=" not in body, "nothing from elsewhere"


def test_the_policy_names_this_response_only():
    visitor = Visitor()
    policies = []
    for _ in range(2):
        _, headers, body = visitor.send("GET", "/")
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
        assert '<script nonce="%s">' % nonce in body and '<style nonce="%s">' % nonce in body
        policies.append(nonce)
    assert policies[0] != policies[1]
    assert " style=" not in body and "onclick" not in body, "nothing inline that the policy would stop"


def test_buttons_change_the_gateway():
    visitor = Visitor(home={"utc_offset_min": 0}, meter={"name": "m", "profile": "eastron-sdm630", "bus": "lan", "unit": 2})
    cases = (
        ("wish=discharge_now&minutes=30&evse=evse1", lambda state: state.commitments.standing[0].wish[0] == "discharge_now"),
        ("wish=none&evse=evse1&minutes=60", lambda state: state.commitments.standing[0].wish[0] == "none"),
        ("pause_vpp_min=120", lambda state: state.commitments.pause_until_ms > visitor.run.now_ms + 7000000),
        ("pause_until=18%3A00", lambda state: state.ders[0].view.pause_vpp),
        ("departure=18%3A00&soc_pct=80&evse=evse1", lambda state: state.ders[0].view.t_departure_ms is not None),
        ("departure=&evse=evse1", lambda state: state.ders[0].view.t_departure_ms is None),
        ("consent=off&evse=evse1", lambda state: not state.ders[0].view.v2g_consent),
        ("consent=on&evse=evse1&minutes=60&soc_min_pct=40&e_max_wh=", lambda state: state.ders[0].view.soc_min_pct == 40),
        ("energy_mode=pv", lambda state: state.household.energy_use.outlook.mode == "pv"),
        ("observe=on", lambda state: state.ders[0].view.observe),
    )
    for form, holds in cases:
        status, headers, _ = visitor.post(form)
        assert status == 303 and headers["Location"] == "/" and visitor.wait_ms == 240, form
        assert holds(visitor.state), form


def test_a_refusal_stands_on_the_page_with_its_number():
    visitor = Visitor(evse=[dict(fake_site.CHARGER, v2g_consent=False)])
    assert visitor.post("wish=discharge_now&evse=evse1")[0] == 303
    body = visitor.send("GET", "/")[2]
    assert "the owner has not agreed to discharging" in body and "no. 11" in body
    visitor.run.run(61000)
    assert "no. 11" not in visitor.send("GET", "/")[2]
    status, _, body = visitor.post("wish=dance", accept="application/json")
    assert status == 400 and json.loads(body)["problem"]["path"] == "wish"
    status, _, body = visitor.post("departure_min=30&soc_pct=100", accept="application/json")
    assert status == 200 and json.loads(body)["promise"][0]["short_wh"] > 10000


def test_what_others_were_refused_is_not_shown_here():
    visitor = Visitor(evse=[dict(fake_site.CHARGER, v2g_consent=False)])
    visitor.ask({"wish": "discharge_now"})
    assert "no. 11" not in visitor.send("GET", "/")[2]
    assert json.loads(visitor.send("GET", "/api/household")[2])["refusal"]["reason"] == 11
    visitor.post("wish=discharge_now&evse=evse1")
    assert "no. 11" in visitor.send("GET", "/")[2]
    visitor.post("wish=idle&evse=evse1&minutes=60")
    assert "no. 11" not in visitor.send("GET", "/")[2], "what was taken since is the news"


def test_agreeing_again_drops_no_limit():
    visitor = Visitor(home={"utc_offset_min": 0})
    visitor.post("consent=on&evse=evse1&minutes=&soc_min_pct=45&e_max_kwh=7%2C5")
    consent = visitor.state.household.consents[0]
    assert consent.left_wh() == 7500 and consent.until_ms is None
    body = visitor.send("GET", "/")[2]
    for part in ("not below 45 %. At most 7.5 kWh more.", 'name="soc_min_pct" type="number" min="0" max="100" step="5" value="45"',
                 'placeholder="no limit" value="7.5"', '<option value="" selected>'):
        assert part in body, part


def test_what_the_script_and_others_fetch():
    visitor = Visitor()
    parts = json.loads(visitor.send("GET", "/live")[2])
    assert "default" in parts["c0"] and sorted(parts) == [
        "ahead", "backup", "c0", "devices", "hour", "links", "now", "refusal", "site"]
    picture = json.loads(visitor.send("GET", "/api/household")[2])
    assert picture["chargers"][0]["name"] == "evse1"
    assert visitor.send("GET", "/etc/passwd")[0] == 404 and visitor.post("wish=idle", "/api/household")[0] == 404


def test_what_others_wrote_is_text():
    visitor = Visitor()
    visitor.ask({"announce": {"id": "x", "what": "notice", "start": fake_site.UNIX_MS // 1000, "end": fake_site.UNIX_MS // 1000 + 9000,
                              "text": "<script>alert('1')</script>"}})
    visitor.ask({"wish": "<img src=x>"})
    visitor.run.run(300)
    body = visitor.send("GET", "/")[2] + visitor.send("GET", "/live")[2]
    assert "<script>alert" not in body and "<img" not in body and "&lt;script&gt;alert(&#39;1&#39;)" in body


def test_names_that_are_not_ours_are_turned_away():
    visitor = Visitor()
    for host in ("evil.example:8080", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8080", "gw-test.evil:8080", "",
                 "localhost:", "1.2.3:8080", "1.2.3.x:8080", "[::1", "a:b:8080"):
        assert visitor.send("GET", "/", host=host)[0] == 403, host
    for host in ("localhost:8080", "192.168.1.20:8080", "gw-test:8080", "gw-test.local:8080", "GW-TEST.local:8080", "[::1]:8080"):
        assert visitor.send("GET", "/", host=host)[0] == 200, host


def test_forms_that_are_not_ours_change_nothing():
    visitor = Visitor()
    attacks = (
        dict(form="wish=idle&token=" + "0" * 32), dict(form="wish=idle"), dict(form="wish=idle&token="),
        dict(origin="http://evil.example"), dict(origin="null"), dict(origin="https://127.0.0.1:8080"),
        dict(origin="http://127.0.0.1:8081"), dict(sec_fetch_site="cross-site"), dict(sec_fetch_site="same-site"),
    )
    for attack in attacks:
        form = attack.pop("form", "wish=idle&token=" + visitor.page.guard.token)
        assert visitor.send("POST", "/ask", form, **attack)[0] == 403, (form, attack)
    for content_type in ("text/plain", "application/json", "multipart/form-data", ""):
        assert visitor.send("POST", "/ask", "wish=idle&token=" + visitor.page.guard.token, content_type=content_type)[0] == 415
    assert visitor.state.commitments.standing[0].wish[0] == "none"
    assert visitor.post("wish=idle", origin="http://127.0.0.1:8080", sec_fetch_site="same-origin")[0] == 303
    assert visitor.state.commitments.standing[0].wish[0] == "idle"


def test_a_pin_is_asked_for_before_anything_is_shown_or_changed():
    visitor = Visitor(pin=PIN, address="0.0.0.0")
    body = visitor.send("GET", "/")[2]
    assert 'name="pin"' in body and "kW" not in body
    assert visitor.send("GET", "/live")[0] == visitor.send("GET", "/api/household")[0] == visitor.post("wish=idle")[0] == 403
    assert visitor.log_in("000000") == 403 and visitor.cookie is None
    assert visitor.log_in(PIN) == 303
    assert "charging" in visitor.send("GET", "/")[2]
    assert visitor.post("wish=idle")[0] == 303 and visitor.state.commitments.standing[0].wish[0] == "idle"
    visitor.post("", "/logout")
    assert visitor.send("GET", "/live")[0] == 403


def test_a_session_ends_and_only_some_live_at_once():
    visitor = Visitor(pin=PIN)
    visitor.log_in(PIN)
    first = visitor.cookie
    for _ in range(guard.SESSIONS_MAX):
        visitor.log_in(PIN)
    assert visitor.send("GET", "/live")[0] == 200
    assert visitor.send("GET", "/live", cookie=first)[0] == 403
    assert visitor.send("GET", "/live", cookie="other=1; " + visitor.cookie)[0] == 200
    door = visitor.page.guard

    class Asked:
        headers = {"cookie": visitor.cookie}

    assert not door.is_open(visitor.run.now_ms + guard.SESSION_MS + 1000, Asked)


def test_guessing_is_locked_out_for_longer_each_time():
    visitor = Visitor(pin=PIN)
    door = visitor.page.guard
    now_ms, locks_s = 0, []
    for _ in range(8):
        for _ in range(lock_out.TRIES):
            assert door.log_in(now_ms, GUESSER, "111111") is None
        locks_s.append(door.locked_s(now_ms, GUESSER))
        assert door.log_in(now_ms, GUESSER, PIN) is None, "not even the right one"
        now_ms += locks_s[-1] * 1000
        assert door.locked_s(now_ms, GUESSER) == 0
    assert locks_s == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert door.log_in(now_ms, GUESSER, PIN) is not None
    for _ in range(lock_out.TRIES):
        visitor.log_in("111111")
    status, _, body = visitor.send("POST", "/login", "pin=111111&token=" + door.token)
    assert status == 429 and "Too many wrong PINs" in body


def test_who_guesses_locks_out_nobody_else():
    visitor = Visitor(pin=PIN)
    visitor.address = GUESSER
    for _ in range(lock_out.TRIES):
        visitor.log_in("111111")
    assert visitor.log_in(PIN) == 429
    visitor.address = "10.0.0.9"
    assert visitor.log_in(PIN) == 303


def test_with_many_addresses_guessing_gets_no_faster():
    door = Visitor(pin=PIN).page.guard
    tries = 0
    for second in range(0, 36000, 60):
        for host in range(40):
            address = "fe80::%d:%d" % (second, host)
            while not door.locked_s(second * 1000, address):
                assert door.log_in(second * 1000, address, "111111") is None
                tries += 1
    # Of six digits half take years.
    assert tries <= 10 * lock_out.TRIES * lock_out.ADDRESSES_MAX, tries
    assert door.locked_s(35940000, "10.0.0.9") > 0
    later_ms = 35940000 + lock_out.FORGET_MS
    assert door.log_in(later_ms, "10.0.0.9", PIN) is not None


def test_few_connections_each_with_a_deadline():
    visitor = Visitor()
    page = visitor.page
    for number in range(server.CONNECTIONS_MAX):
        assert page.opened(1000, number)
    assert not page.opened(1000, "one more")
    for number in range(server.CONNECTIONS_MAX):
        assert page.received(1000 + number, number, b"GET / HT", visitor.ask)[0] is None
    assert page.late(1000 + server.REQUEST_MS - 1) == []
    for at_ms in range(1100, 1000 + server.REQUEST_MS, 500):
        page.received(at_ms, 0, b"x", visitor.ask)     # a byte now and then buys no time
    assert len(page.late(1000 + server.REQUEST_MS)) == server.CONNECTIONS_MAX
    page.closed(0)
    assert page.opened(9000, "one more")


def test_a_flood_is_turned_away_before_it_costs_anything():
    visitor = Visitor()
    asked = []
    statuses = []
    for number in range(100):
        visitor.page.opened(visitor.run.now_ms, number)
        answer, _ = visitor.page.received(visitor.run.now_ms, number, b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
                                       lambda request: asked.append(request) or visitor.ask(request))
        visitor.page.closed(number)
        statuses.append(answer[9:12])
    assert statuses.count(b"200") == len(asked) == server.BURST and statuses.count(b"429") == 100 - server.BURST


def test_forms_become_requests():
    cases = (
        ({"departure": "07:30", "soc_pct": "80", "e_needed_wh": ""}, {"departure": "07:30", "soc_pct": 80}),
        ({"departure": "1790000000"}, {"departure": 1790000000}), ({"departure": " "}, {"departure": None}),
        ({"consent": "on", "soc_min_pct": "40,5"}, {"consent": True, "soc_min_pct": 40.5}),
        ({"consent": "maybe"}, {"consent": "maybe"}), ({"minutes": "soon", "wish": "idle"}, {"minutes": "soon", "wish": "idle"}),
        ({"e_needed_kwh": "4.1", "departure": "7:30"}, {"e_needed_wh": 4100, "departure": "7:30"}),
        ({"consent": "on", "e_max_kwh": ""}, {"consent": True}), ({"consent": "on", "e_max_kwh": "much"}, {"consent": True, "e_max_wh": "much"}),
        ({"consent": "on", "e_max_kwh": "-3"}, {"consent": True, "e_max_wh": -3000}),
        ({"unheard": "of", "token": "x"}, {"unheard": "of"}), ({"p_w": "1e99"}, {"p_w": 1e99} if 1e99 != float("inf") else {"p_w": float("inf")}),
    )
    for form, expected in cases:
        assert forms.request(form) == expected, form


def test_a_page_on_the_network_needs_a_pin():
    from edge import config_loader

    for page, path in (({"address": "0.0.0.0"}, "page.pin"), ({"port": 8502}, "page.port"), ({"address": "0.0.0.0", "pin": "12345"}, "page.pin")):
        _, errors = config_loader.load(fake_site.document(page=page, local={"query_port": 8502}))
        assert [error[0] for error in errors] == [path], page
    for page in ({}, {"address": "::1"}, {"address": "0.0.0.0", "pin": "123456"}, {"address": "0.0.0.0", "enabled": False}):
        assert config_loader.load(fake_site.document(page=page))[1] == [], page


def test_the_backup_says_how_long_and_what_is_wrong():
    told = {"mode": "commanded", "words": "supplied by the vehicle", "lockout": "", "problem": "", "waits_for": [], "autonomy_h": 5.24, "km": 38.2,
            "delay_left_s": None, "circuits_off": ["sauna"], "island": True}
    shown = cards.backup(told)
    for part in ("supplied by the vehicle", "5.2 h at this load, 38 km kept for driving", "Switched off: sauna"):
        assert part in shown, part
    visitor = Visitor()
    picture = visitor.ask({"ask": "page"})
    picture["refusal"] = None
    for changes, there, absent in (
            ({}, ("Back to the grid",), ("reset the lock-out",)),
            ({"island": False}, ("Separate from the grid",), ("reset the lock-out",)),
            ({"lockout": "contradictory <feedback>", "delay_left_s": 61.5, "waits_for": ["good grid", "load side dead"]},
             ("waits for: good grid, load side dead", "reset the lock-out", "Locked out: contradictory &lt;feedback&gt;", "Next step in 61 s"), ("Separate",)),
            ({"mode": "autonomous", "problem": "no switch"}, ("no switch",), ("Separate", "reset the lock-out")),
            ({"autonomy_h": None, "km": None, "circuits_off": []}, ("supplied",), ("None", "Switched off"))):
        picture["backup"] = dict(told)
        picture["backup"].update(changes)
        body = page.household(picture, "t", "n", False)
        for part in there:
            assert part in body, (changes, part)
        for part in absent:
            assert part not in body, (changes, part)
