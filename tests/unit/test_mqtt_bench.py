"""The MQTT bench ends in its time with a figure for both clients, on any broker.

Source: none; the figures themselves belong to `v2g bench`, not to a test.
"""

from host_sim.broker import mosquitto
from tools.bench import mqtt


def test_measures_both_clients():
    figures = mqtt.measure(0.3)
    assert figures["broker"] == ("mosquitto" if mosquitto.find() else "own")
    assert figures["mqtt_pub_s"] > 0 and figures["paho_pub_s"] > 0


def test_measures_without_mosquitto(monkeypatch):
    monkeypatch.setattr(mosquitto, "find", lambda: None)
    assert mqtt.measure(0.3)["broker"] == "own"
