"""Contacts and relays of a Linux machine may be files; one that is not there is unknown, and can't be set.

Not its job: pins (test_hal_gpio.py).
"""

from edge.hal_contacts import Contacts


def test_an_output_is_written_and_read_back(tmp_path):
    contacts, relay = Contacts(), str(tmp_path / "value")
    (tmp_path / "value").write_text("0\n")
    assert contacts.write(relay, 1) and contacts.read(relay) == 1
    assert contacts.write(relay, 0) and contacts.read(relay) == 0


def test_what_is_not_there_is_told(tmp_path):
    contacts = Contacts()
    assert contacts.write(str(tmp_path / "no" / "value"), 1) is False
    assert contacts.read(str(tmp_path / "value")) is None
