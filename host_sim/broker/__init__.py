"""MQTT brokers for the simulator: `start_broker()` and `Access` from here; core.Broker for the virtual world."""

from host_sim.broker.access import Access
from host_sim.broker.start import start_broker

__all__ = ["Access", "start_broker"]
