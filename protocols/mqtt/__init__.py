"""MQTT 3.1.1 client without I/O: packet codec, topic filters, session state machine.

Not its job: sockets and TLS (edge/runtime.py), what the messages mean (protocols/messages.py).
Source: OASIS MQTT Version 3.1.1 (2014-10-29).
"""
