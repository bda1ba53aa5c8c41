"""Enrolment step by step: token, request, certificate, trial; every answer that must not be taken; renewal and ways back.

Source: contracts of edge/enrol/machine.py and identity.py.
"""
from edge import field_reasons as reasons
from edge.enrol import machine
from edge.link import credentials
from protocols import auth, key_tree, messages, p256, x509
from tests.portable import enrol_bench
from tests.portable.enrol_bench import DAY_S, TOKEN, Bench


def test_a_token_becomes_a_certificate_and_is_forgotten_only_when_it_works():
    bench = Bench()
    assert bench.machine.way == machine.CLAIM and not bench.machine.is_ready
    assert bench.machine.login() == ("claim-gw-1", key_tree.password(TOKEN.encode()))
    content, kid, _ = asked = bench.ask()
    assert (content["kind"], kid) == ("claim", "claim")
    assert bench.take(bench.answer(asked)) and bench.machine.is_ready and bench.machine.is_on_trial
    assert bench.machine.identity.spent == []       # not yet: nobody knows whether it works
    assert bench.machine.request(bench.now_ms) is None
    bench.machine.connected(bench.now_ms)
    assert bench.machine.identity.spent == [key_tree.mark(TOKEN)] and bench.codes() == [reasons.ENROLLED]
    assert bench.ports.files["next.key"] == bench.ports.files["old.key"] == b""
    assert bench.ports.files["gateway.key"] == x509.private_pem(1001).encode()
    bench.start()
    assert bench.machine.way is None and bench.machine.is_ready


def test_no_answer_changes_whom_the_gateway_trusts():
    bench = Bench()
    config = enrol_bench.Section(gateway=bench.config.gateway, enrol=bench.config.enrol,
                                 vpp=enrol_bench.Section(ca_file=None, cert_file=None, key_file=None))
    for handed_over, expected in ((None, None), (b"PEM", "ca.crt")):
        bench = Bench()
        if handed_over:
            bench.ports.files["ca.crt"] = handed_over
        bench.enrol()
        assert bench.ports.files.get("ca.crt") == handed_over
        assert credentials.tls_files(config, bench.ports) == (expected, "gateway.crt", "gateway.key")


def test_a_token_given_on_the_machine_is_wiped_after_use():
    ports = enrol_bench.Ports()
    ports.files["claim"] = TOKEN.encode() + b"\n"
    bench = Bench(ports, token=None).enrol()
    assert ports.files["claim"] == b"" and TOKEN.encode() not in b"".join(ports.files.values())
    bench.start()
    assert bench.machine.way is None


def test_an_unanswered_request_is_repeated_unchanged_and_ever_slower():
    bench = Bench()
    first = bench.ask()[0]
    assert bench.machine.request(bench.now_ms + 1) is None
    gaps, asked_ms = [], bench.now_ms
    while len(gaps) < 12:
        bench.look(500)
        if bench.machine.request(bench.now_ms) is not None:
            gaps.append(bench.now_ms - asked_ms)
            asked_ms = bench.now_ms
    assert gaps[0] < 11000 and gaps == sorted(gaps) and gaps[-1] <= machine.ASK_LONGEST_MS + 500
    bench.start()       # also after a restart: the same key, so the same request
    assert bench.ask()[0]["id"] == first["id"] and bench.ports.keys_made == 1


def test_answers_that_are_not_for_us_or_not_from_the_desk_are_refused():
    other_key = x509.key_info(p256.public_key(5))
    for changes in ({"sign_key": b"x" * 32}, {"kid": "k1"}, {"kid": "k9"}, {"topic": "v2g/1/gw-2/dn/certificate"},
                    {"ref": "another"}, {"public_info": other_key}, {"name": "gw-2"}, {"ca_key": enrol_bench.OTHER_CA_KEY},
                    {"issuer": "other CA"}, {"begins_s": DAY_S}, {"ends_s": -60}, {"ca": "no PEM"}, {"refused": "no"}):
        bench = Bench()
        asked = bench.ask()
        forged = bench.answer(asked, **changes)
        if "topic" in changes:      # moved to our topic
            forged = "v2g/1/gw-1/dn/certificate", forged[1]
        assert not bench.take(forged), changes
        assert bench.codes() == [reasons.ENROL_REFUSED] and not bench.machine.is_ready, changes
        if "refused" not in changes:
            assert bench.take(bench.answer(asked)), changes     # the true answer still counts


def test_an_answer_that_nobody_asked_for_or_that_comes_twice_changes_nothing():
    bench = Bench()
    answer = bench.answer(bench.ask())
    assert bench.take(answer) and not bench.take(answer)
    bench.machine.connected(bench.now_ms)
    files = dict(bench.ports.files)
    assert not bench.take(answer)
    assert bench.ports.files == files


def test_a_refusal_is_told_and_asked_again_after_an_hour():
    bench = Bench()
    assert not bench.take(bench.answer(bench.ask(), refused="the token was used for another key"))
    assert "used for another key" in bench.told[0][1][0]
    bench.look(machine.REFUSED_MS - 1000)
    assert bench.machine.request(bench.now_ms) is None
    bench.look(2000)
    assert bench.machine.request(bench.now_ms) is not None


def test_without_a_token_or_a_certificate_it_says_what_to_do_once():
    bench = Bench(token=None)
    for _ in range(5):
        bench.look(machine.LOOK_MS)
    assert bench.codes() == [reasons.ENROL_NEEDED] and "v2g keys gateway" in bench.told[0][1][0]
    assert bench.machine.request(bench.now_ms) is None


def test_an_unset_clock_takes_a_certificate_and_judges_no_date():
    ports = enrol_bench.Ports()
    ports.now_s = 100
    bench = Bench(ports)
    asked = bench.ask()
    assert asked[0]["iat_ms"] == 0
    ports.now_s = enrol_bench.START_S
    answer = bench.answer(asked)
    ports.now_s = 100
    assert bench.take(answer)
    bench.machine.connected(bench.now_ms)
    bench.look(machine.LOOK_MS)
    assert bench.machine.way is None        # not taken for valid for ever, nor for expired


def renewing():
    """An enrolled gateway at two thirds of its certificate's life."""
    bench = Bench().enrol()
    bench.ports.now_s += 205 * DAY_S
    bench.look(machine.LOOK_MS)
    assert bench.machine.way == machine.RENEW
    return bench


def test_it_renews_in_the_last_third_with_a_new_key_and_its_device_key():
    bench = Bench().enrol()
    bench.ports.now_s += 180 * DAY_S
    bench.look(machine.LOOK_MS)
    assert bench.machine.way is None
    bench = renewing()
    asked = bench.ask()
    assert (asked[0]["kind"], asked[1]) == ("renew", "k1") and bench.ports.keys_made == 2
    assert bench.take(bench.answer(asked))
    assert bench.ports.files["old.key"] == x509.private_pem(1001).encode()
    bench.machine.connected(bench.now_ms)
    assert bench.codes() == [reasons.ENROLLED, reasons.CERTIFICATE_RENEWED]
    assert bench.ports.files["gateway.key"] == x509.private_pem(1002).encode() and bench.ports.files["old.key"] == b""


def test_a_renewal_that_does_not_connect_goes_back_and_is_tried_again():
    bench = renewing()
    before = bench.ports.files["gateway.crt"]
    assert bench.take(bench.answer(bench.ask()))
    assert bench.ports.files["gateway.crt"] != before
    assert not bench.look(machine.TRIAL_MS - 1000)
    assert bench.look(1001)         # the connection is made anew, with the old one
    assert bench.ports.files["gateway.crt"] == before and bench.codes()[-1] == reasons.RENEWAL_FAILED
    bench.look(machine.REFUSED_MS)
    assert bench.machine.way == machine.RENEW and bench.ports.keys_made == 2
    assert bench.take(bench.answer(bench.ask()))


def test_a_renewal_cannot_bring_another_authority():
    bench = renewing()
    other = enrol_bench.ca_pem(enrol_bench.OTHER_CA_KEY, "other CA")
    assert not bench.take(bench.answer(bench.ask(), ca=other, issuer="other CA", ca_key=enrol_bench.OTHER_CA_KEY))
    assert "takes a claim token" in bench.told[-1][1][0]


def test_after_a_long_absence_it_returns_through_the_claim_door():
    bench = Bench().enrol()
    bench.ports.now_s += 400 * DAY_S
    bench.look(machine.LOOK_MS)
    assert bench.machine.way == machine.RETURN and bench.codes()[-1] == reasons.CERTIFICATE_EXPIRED
    assert bench.machine.login()[0] == "renew-gw-1"
    asked = bench.ask()
    assert (asked[0]["kind"], asked[1]) == ("renew", "k1")
    assert bench.take(bench.answer(asked))
    bench.machine.connected(bench.now_ms)
    assert bench.codes()[-1] == reasons.CERTIFICATE_RENEWED


def test_new_hardware_and_a_new_token_ask_anew_though_there_is_a_certificate():
    bench = Bench().enrol()
    bench.config.enrol.token = "Z" * 26
    bench.start()
    assert bench.machine.way == machine.CLAIM and bench.machine.is_ready


def test_a_board_that_makes_no_keys_says_so():
    bench = Bench(enrol_bench.Board())
    assert bench.machine.request(bench.now_ms) is None
    assert bench.codes() == [reasons.RENEWAL_BY_HAND]


def test_a_full_disk_leaves_what_was_in_force():
    bench = renewing()
    asked = bench.ask()
    files = dict(bench.ports.files)
    bench.ports.is_full = True
    assert not bench.take(bench.answer(asked))
    assert bench.ports.files == files and bench.machine.way == machine.RENEW


def test_a_first_certificate_whose_trial_met_a_dead_broker_is_good_when_the_broker_is_back():
    """Its claim is over at the desk then: asking with the token would be in vain for ever, and it would never be renewed."""
    for trials in (1, 2):
        bench = Bench()
        for _ in range(trials):
            assert bench.take(bench.answer(bench.ask()))
            assert bench.look(machine.TRIAL_MS + 1) and bench.codes()[-1] == reasons.RENEWAL_FAILED
            bench.look(machine.ANSWER_MS)
            assert bench.machine.way == machine.CLAIM and bench.machine.is_ready
        bench.machine.connected(bench.now_ms)
        bench.look(machine.LOOK_MS)
        assert bench.machine.way is None and bench.codes()[-1] == reasons.ENROLLED
        bench.start()
        bench.ports.now_s += 250 * DAY_S
        bench.look(machine.LOOK_MS)
        assert bench.machine.way == machine.RENEW


def test_a_token_used_long_ago_that_the_site_file_still_has_is_known():
    bench = Bench().enrol()
    bench.ports.files["claim"] = b"Z" * 26
    bench.start()
    assert bench.machine.way == machine.CLAIM
    topic, payload = bench.machine.request(bench.now_ms)
    key = key_tree.claim_key("Z" * 26)
    content = messages.decode("enrol", auth.verify("hmac", topic, payload, {"claim": key})[0])[0]
    assert bench.take(bench.answer((content, "claim", key)))
    bench.machine.connected(bench.now_ms)
    bench.start()
    assert bench.ports.files["claim"] == b"" and bench.machine.way is None


def test_a_token_nobody_knows_does_not_keep_a_certificate_from_being_renewed():
    bench = Bench().enrol()
    bench.config.enrol.token = "Z" * 26
    bench.start()
    bench.ports.now_s += 250 * DAY_S
    ways = []
    for _ in range(240):
        bench.look(machine.LOOK_MS)
        ways.append(bench.machine.way)
    assert ways[0] == machine.CLAIM and set(ways) == {machine.CLAIM, machine.RENEW}


def test_a_full_disk_when_a_key_is_to_be_made_is_told_and_tried_again():
    class Full(enrol_bench.Ports):
        def prepare_key(self, prefix, gateway):
            if self.is_full:
                raise OSError(28)
            enrol_bench.Ports.prepare_key(self, prefix, gateway)

    bench = Bench(Full())
    bench.ports.is_full = True
    assert bench.machine.request(bench.now_ms) is None
    assert bench.codes() == [reasons.ENROL_REFUSED] and "no key can be made" in bench.told[0][1][0]
    bench.ports.is_full = False
    bench.look(machine.ANSWER_MS)
    assert bench.take(bench.answer(bench.ask()))


def test_a_disk_that_is_full_in_the_middle_of_taking_ends_it_later_and_keeps_the_way_back():
    def fails_after(bench, writes):
        left = [writes]
        genuine = bench.ports.write_atomic

        def counted(name, data):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(28)
            genuine(name, data)

        bench.ports.write_atomic = counted
        return genuine

    for writes in range(10):
        for is_restarted in (False, True):
            bench = renewing()
            asked, before = bench.ask(), bench.ports.files["gateway.key"]
            genuine = fails_after(bench, writes)
            if bench.take(bench.answer(asked)):
                assert writes >= 9
                continue
            if is_restarted:
                bench.start()       # the control loop has to run all the same
            bench.ports.write_atomic = genuine
            bench.look(2 * machine.LOOK_MS)
            if not bench.machine.is_on_trial:
                bench.look(2 * machine.LOOK_MS)
                assert bench.take(bench.answer(bench.ask())), writes
            assert bench.machine.is_on_trial and not bench.machine.identity.is_half
            assert bench.ports.files["gateway.key"] != before == bench.ports.files["old.key"], writes
            assert bench.look(2 * machine.TRIAL_MS) or bench.look(2 * machine.TRIAL_MS)
            assert bench.ports.files["gateway.key"] == before, writes


def test_a_power_cut_at_any_write_leaves_a_key_and_a_certificate_that_belong_together():
    def cut(bench, writes, step):
        """Run a step and lose the power after so many writes; True when it ended before."""
        class Cut(Exception):
            pass

        left = [writes]
        write = bench.ports.write_atomic

        def counted(name, data):
            if not left[0]:
                raise Cut()
            left[0] -= 1
            write(name, data)

        bench.ports.write_atomic = counted
        try:
            step()
        except Cut:
            return False
        finally:
            bench.ports.write_atomic = write
        return True

    def is_whole(bench):
        private = [number for number in range(1001, 1005) if bench.ports.files["gateway.key"] == x509.private_pem(number).encode()]
        return x509.key_info(p256.public_key(private[0])) == bench.machine.identity.certificate().public_info

    for what in ("take", "stood", "failed"):
        for writes in range(30):
            bench = renewing()
            answer = bench.answer(bench.ask())
            if what == "take":
                ended = cut(bench, writes, lambda: bench.take(answer))
            else:
                bench.take(answer)
                step = (lambda: bench.machine.connected(bench.now_ms)) if what == "stood" else (lambda: bench.look(machine.TRIAL_MS))
                ended = cut(bench, writes, step)
            bench.start()
            assert is_whole(bench), (what, writes)
            if ended:
                break
        assert ended and writes > 2, what
