"""Verbs that are handed paths: what is missing, unreadable or unwritable is one clear line, never a traceback.

Source: exit codes of tools/cli.py.
"""

import pytest

from tools import checkout, cli
from tools.gateway import init

NO_TEXT = b"\xff\xfe\x00"


@pytest.fixture()
def place(tmp_path):
    """A folder with a good site file, one that is no text, and a file where a folder would have to be."""
    (tmp_path / "site.toml").write_text(init.starter(), encoding="utf-8")
    (tmp_path / "noise.toml").write_bytes(NO_TEXT)
    (tmp_path / "file").write_text("")
    (tmp_path / "odd.toml").write_text('[local]\nquery_port = "8502"\n')
    (tmp_path / "flat.toml").write_text("local = 3\n")
    return tmp_path


@pytest.mark.parametrize("words, code, named", [
    ("check {}/none.toml", 2, "none.toml: No such file or directory"),
    ("check {}", 2, "Is a directory"),
    ("check {}/noise.toml", 2, "noise.toml: 'utf-8' codec can't decode"),
    ("check {}/site.toml --compile {}/none/site.json", 2, "none/site.json: No such file or directory"),
    ("check {}/site.toml --compile {}", 2, "Is a directory"),
    ("init {}/none/site.toml", 1, "none/site.toml: No such file or directory"),
    ("init --force {}", 1, "Is a directory"),
    ("run {}/none.toml", 2, "none.toml: No such file or directory"),
    ("run {}/noise.toml", 2, "noise.toml: not UTF-8 at byte 0"),
    ("status {}/none.toml", 3, "none.toml: No such file or directory"),
    ("why {}/noise.toml", 3, "noise.toml: 'utf-8' codec can't decode"),
    ("wish --idle {}", 3, "Is a directory"),
    ("status {}/odd.toml", 3, "which gateway? give its site file or --port"),
    ("status {}/flat.toml", 3, "which gateway? give its site file or --port"),
    ("replay {}/none", 2, "v2g replay: {}/none: No such file or directory"),
    ("replay {}/noise.toml", 2, "no journal in {}/noise.toml"),
    ("paper --out {}/file", 1, "v2g paper: {}/file: File exists"),
    ("study wape-stability --out {}/file/study", 1, "v2g study: {}/file/study: Not a directory"),
    ("event trip --out {}/file", 1, "v2g event: {}/file: File exists"),
])
def test_one_line_says_which_path_and_why(words, code, named, place, capsys):
    assert cli.main(words.replace("{}", str(place)).split(" ")) == code
    said = capsys.readouterr().err
    assert named.replace("{}", str(place)) in said
    assert "Traceback" not in said and said.count("\n") <= 2


def test_an_error_without_a_path_is_our_own_and_is_raised(monkeypatch):
    def fail(parser):
        raise OSError(5, "no file was named")

    monkeypatch.setattr(init, "add_arguments", fail)
    with pytest.raises(OSError):
        cli.main(["init"])


@pytest.mark.parametrize("verb", ["docs", "tidy"])
def test_verbs_that_need_a_checkout_say_so(verb, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checkout.missing, "__defaults__", (tmp_path,))
    assert cli.main([verb]) == cli.UNAVAILABLE
    assert capsys.readouterr().err == "v2g %s: works on a checkout of the project; %s is an installed package\n" % (verb, tmp_path)
    assert list(tmp_path.iterdir()) == []
