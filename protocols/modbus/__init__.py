"""Modbus as pure state machines: PDU codec, TCP and RTU framing, client and server side.

Not its job: sockets, serial lines, what a register means (profiles).
Source: MODBUS Application Protocol Specification V1.1b3; MODBUS over Serial Line V1.02.
"""
