"""`v2g keys`: what it makes and leaves alone, who can read it, what it prints, and what it refuses.

Source: contracts of tools/keys and tools/commands/keys.py.
"""

import json
import os
import shutil
import stat
import tomllib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from edge import config_loader
from edge.drivers.profile_loader import load_profile
from protocols import auth, key_tree, messages, rsa, topics
from tests.portable import fake_site
from tools import cli
from tools.keys.desk import FolderRegister
from tools.keys.fleet import Fleet
from tools.keys.folder import KeyFolder
from tools.keys.names import PASSPHRASE_VARIABLE, Refused


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder after `v2g keys init`: RSA keys take their time."""
    folder = tmp_path_factory.mktemp("made") / "fleet"
    Fleet(KeyFolder(folder)).begin({})
    return folder


@pytest.fixture
def keys(tmp_path, monkeypatch, capsys, made):
    """Runs `v2g keys …` on a folder that was begun: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, tmp_path / "fleet")
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)

    def call(*arguments):
        code = cli.main(["keys", *arguments, "--dir", "fleet"])
        said = capsys.readouterr()
        return code, said.out, said.err

    call.path = tmp_path / "fleet"
    return call


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nobody_else_can_read_a_file_and_nothing_is_made_twice(keys):
    assert keys("init", "--host", "broker.example")[0] == 0
    keys("gateway", "gw-1", "--board")
    for path in [keys.path, *keys.path.rglob("*")]:
        assert stat.S_IMODE(os.stat(path).st_mode) == (0o700 if path.is_dir() else 0o600), path
    before = files(keys.path)
    code, out, _ = keys("init")
    assert code == 0 and "made" not in out
    changed = {name for name, data in files(keys.path).items() if before.get(name) != data}
    assert changed <= {"mosquitto/passwords-claims"}        # its salt is new


def test_force_makes_everything_anew(keys):
    keys("init")
    before = files(keys.path)
    keys("init", "--force")
    after = files(keys.path)
    for name in ("ca.key", "master.key", "operator.key", "installer.key", "update.key", "broker.key", "supervisor.key"):
        assert before[name] != after[name], name


def test_the_authority_and_what_it_issues(keys):
    keys("init", "--host", "broker.example")
    keys("gateway", "gw-1", "--board")
    ca, broker, gateway = [x509.load_pem_x509_certificate((keys.path / name).read_bytes())
                           for name in ("ca.crt", "broker.crt", "gateways/gw-1/gateway.crt")]
    assert ca.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    years = (ca.not_valid_after_utc - ca.not_valid_before_utc).days / 365
    assert 19.9 < years < 20.1
    for certificate, usage in ((broker, ExtendedKeyUsageOID.SERVER_AUTH), (gateway, ExtendedKeyUsageOID.CLIENT_AUTH)):
        certificate.verify_directly_issued_by(ca)
        assert list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [usage]
        assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    names = broker.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["broker.example", "localhost", "127.0.0.1"]
    assert gateway.subject.rfc4514_string() == "CN=gw-1"


def test_another_host_renews_the_brokers_certificate_and_nothing_else(keys):
    keys("init", "--host", "one.example")
    before = files(keys.path)
    _, out, _ = keys("init", "--host", "two.example")
    assert [line.split() for line in out.split("\n")[:9] if "made" in line] == [["broker.key", "made"]]
    assert files(keys.path)["ca.key"] == before["ca.key"]


def test_the_lines_of_a_gateway_are_a_site_file(keys):
    keys("init", "--host", "broker.example")
    code, out, _ = keys("gateway", "gw-1", "--group", "oak")
    assert code == 0
    site = tomllib.loads(out)
    site.update({"bus": fake_site.document()["bus"], "evse": fake_site.document()["evse"]})
    config, errors = config_loader.load(site, load_profile)
    assert errors == []
    assert config.vpp.group == "oak" and config.vpp.host == "broker.example" and config.enrol.port == 8884
    fleet = Fleet(KeyFolder(keys.path))
    assert bytes.fromhex(config.vpp.root_key) == key_tree.root_key(fleet.folder.read_master(), "gw-1")
    assert "V2G1:GW-1:%s" % config.enrol.token in out
    public = config_loader.non_default(config.document)
    assert "root_key" not in public["vpp"] and "token" not in public["enrol"]
    # Shown once: nothing in the folder holds it.
    assert not [name for name, data in files(keys.path).items() if config.enrol.token.encode() in data]


def test_a_known_gateway_gets_another_token_only_when_told(keys):
    keys("init")
    first = json.loads(keys("gateway", "gw-1", "--json")[1])
    code, out, err = keys("gateway", "gw-1")
    assert (code, out) == (1, "") and "--force" in err and "--replace" in err
    again = json.loads(keys("gateway", "gw-1", "--force", "--json")[1])
    assert again["token"] != first["token"] and again["root_key"] == first["root_key"]


def test_new_hardware_takes_the_name_and_none_of_the_keys(keys):
    keys("init")
    first = json.loads(keys("gateway", "gw-1", "--board", "--json")[1])
    serial = x509.load_pem_x509_certificate((keys.path / "gateways/gw-1/gateway.crt").read_bytes()).serial_number
    second = json.loads(keys("gateway", "gw-1", "--replace", "--json")[1])
    assert second["root_key"] != first["root_key"] and second["token"]
    revoked = x509.load_pem_x509_crl((keys.path / "crl.pem").read_bytes())
    assert [row.serial_number for row in revoked] == [serial]
    assert revoked.is_signature_valid(x509.load_pem_x509_certificate((keys.path / "ca.crt").read_bytes()).public_key())


def test_a_revoked_gateway_has_no_rules_no_claim_and_no_way_back_but_new_hardware(keys):
    keys("init")
    keys("gateway", "gw-1", "--board", "--group", "oak")
    keys("gateway", "gw-2", "--group", "oak")
    assert keys("revoke", "gw-1")[0] == keys("revoke", "gw-2")[0] == 0
    rules = "".join((keys.path / "mosquitto" / name).read_text() for name in ("acl-gateways", "acl-claims", "passwords-claims"))
    assert "gw-1" not in rules and "gw-2" not in rules
    assert "--replace" in keys("gateway", "gw-1")[2]
    code, _, err = keys("revoke", "gw-9")
    assert code == 1 and "gw-1, gw-2" in err


def test_a_revoked_device_key_is_told_under_the_installers_signature(keys):
    keys("init")
    keys("gateway", "gw-1")
    assert "--next-kid" in keys("revoke", "gw-1", "--kid", "k1")[2]
    told = json.loads(keys("revoke", "gw-1", "--kid", "k1", "--next-kid", "k2", "--json")[1])
    payload = open(told["file"], "rb").read()
    modulus = Fleet(KeyFolder(keys.path)).modulus("installer")
    json_bytes, kid, error = auth.verify("rsa", told["topic"], payload, {"installer": int(modulus, 16)})
    assert error is None and kid == "installer" and told["retain"]
    content = messages.decode("revocation", json_bytes)[0]
    assert (content["kids"], content["kid"]) == (["k1"], "k2")
    assert keys("revoke", "gw-1", "--kid", "k2", "--next-kid", "k1")[0] == 1      # one that was revoked itself


def test_the_device_key_follows_a_rotation_and_no_revoked_one_is_given_out(keys):
    keys("init")
    root = bytes.fromhex(json.loads(keys("gateway", "gw-1", "--json")[1])["root_key"])
    assert keys("device", "gw-1")[1].strip() == key_tree.kid_key(root, "k1").hex()
    told = json.loads(keys("device", "gw-1", "--next-kid", "k2", "--json")[1])
    assert (told["kid"], told["key"]) == ("k2", key_tree.kid_key(root, "k2").hex())
    assert keys("device", "gw-1")[1].strip() == told["key"]
    desk = FolderRegister(Fleet(KeyFolder(keys.path)))
    assert desk.keys_of("gw-1") == {}       # not in service yet
    keys("revoke", "gw-1", "--kid", "k2", "--next-kid", "k3")
    assert keys("device", "gw-1", "--kid", "k2")[0] == keys("device", "gw-1", "--next-kid", "k2")[0] == 1


def test_a_move_carries_what_the_new_operator_printed(keys, tmp_path):
    keys("init")
    keys("gateway", "gw-1")
    other = Fleet(KeyFolder(tmp_path / "other"))
    other.begin({"host": "new.example"})
    admitted = other.admit("gw-1", group="elm", moved=True)
    assert admitted["root_key"] is None
    (tmp_path / "lines").write_text('[vpp]\nconfig_key = "%s"\ngroup = "elm"\n' % other.modulus("operator"))
    assert "--token" in keys("move", "gw-1", "--host", "new.example", "--ca", str(tmp_path / "other/ca.crt"))[2]
    told = json.loads(keys("move", "gw-1", "--host", "new.example", "--ca", str(tmp_path / "other/ca.crt"), "--token",
                           admitted["token"], "--lines", str(tmp_path / "lines"), "--json")[1])
    json_bytes, _, _ = auth.split(open(told["file"], "rb").read())
    content = messages.decode("move", json_bytes)[0]
    assert told["topic"] == topics.topic("move", "gw-1") and content["config_key"] == other.modulus("operator")
    row = other.folder.register()["gateways"]["gw-1"]
    assert other.root("gw-1", row) == key_tree.moved_root(content["token"])


def test_roles_are_rsa_keys_that_the_gateway_can_check(keys):
    keys("init")
    for role, row in (("operator", "config_key"), ("installer", "installer_key"), ("update", "update_key")):
        code, out, _ = keys(role)
        modulus = tomllib.loads(out)[row]
        assert code == 0 and len(modulus) == 768
        signature = _sign(Fleet(KeyFolder(keys.path)).folder.read_key(role + ".key"), b"text")
        assert rsa.verify(int(modulus, 16), b"text", signature)
    assert tomllib.loads(keys("operator", "--force")[1]) != tomllib.loads(keys("installer")[1])


def _sign(key, data):
    from tools.keys import signing

    return signing.sign(data, key)


def test_with_a_pass_phrase_no_secret_lies_open(keys, monkeypatch):
    shutil.rmtree(keys.path)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "correct horse")
    keys("init")
    token = json.loads(keys("gateway", "gw-1", "--json")[1])["token"]
    for name in ("ca.key", "operator.key", "installer.key", "update.key"):
        with pytest.raises(TypeError):
            serialization.load_pem_private_key((keys.path / name).read_bytes(), None)
    claim = key_tree.claim_key(token).hex().encode()
    assert claim not in (keys.path / "register.json").read_bytes()
    for wrong, part in (("wrong", "wrong pass phrase"), (None, PASSPHRASE_VARIABLE)):
        monkeypatch.setenv(PASSPHRASE_VARIABLE, wrong) if wrong else monkeypatch.delenv(PASSPHRASE_VARIABLE)
        code, _, err = keys("gateway", "gw-2")
        assert code == 1 and part in err


def test_what_is_missing_or_not_a_name_is_said(keys):
    shutil.rmtree(keys.path)
    code, _, err = keys("gateway", "gw-1")
    assert code == 1 and "v2g keys init" in err
    keys("init")
    assert keys("gateway")[0] == 2 and keys("init", "gw-1")[0] == 2
    for name in ("GW", "g", "supervisor"):
        assert keys("gateway", name)[0] == 1


def test_requests_that_are_not_the_gateways_own_get_no_certificate(keys):
    keys("init")
    ours = Fleet(KeyFolder(keys.path)).authority()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    def request(name, curve=ec.SECP256R1()):
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        return x509.CertificateSigningRequestBuilder(subject).sign(ec.generate_private_key(curve), hashes.SHA256()).public_bytes(
            serialization.Encoding.DER)

    good = request("gw-1")
    assert "BEGIN CERTIFICATE" in ours.issue("gw-1", good, 1800000000)
    for bad, part in ((request("gw-2"), "another name"), (request("gw-1", ec.SECP384R1()), "P-256"), (b"\x30\x00", "not a"),
                      (good[:-3] + bytes([good[-3] ^ 1]) + good[-2:], "signed")):
        with pytest.raises(Refused, match=part):
            ours.issue("gw-1", bad, 1800000000)


@pytest.mark.parametrize("name", ["host", "g", "gw 1", "GW-1", "gw/1", "gw+", "#", "claim-gw", "renew-gw", "supervisor", "gw\nuser x", "", "ä"])
def test_a_name_that_could_widen_the_brokers_rules_is_refused(keys, name):
    before = files(keys.path)
    assert keys("gateway", name)[0] in (1, 2)
    if name not in ("claim-gw", "renew-gw", "supervisor"):
        assert keys("gateway", "gw-1", "--group", name)[0] == (0 if name in ("host", "g") else 1), "a group may be called so"
    if name not in ("host", "g"):
        assert files(keys.path) == before


def test_a_file_that_is_not_there_or_not_readable_is_said(keys, tmp_path):
    (tmp_path / "ca.crt").write_text("PEM")
    (tmp_path / "lines").write_text("[[[")
    for more, part in ((("--ca", "none"), "none"), (("--ca", "ca.crt", "--lines", "lines"), "line 1")):
        code, _, said = keys("move", "gw-1", "--host", "other.example", "--token", "A" * 26, *more)
        assert code == 1 and part in said
