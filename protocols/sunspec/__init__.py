"""SunSpec: information models as tables, the codec of their points, and finding the models of a device.

Not its job: Modbus frames (protocols/modbus), what a gateway does with a model (drivers).
Source: SunSpec Device Information Model Specification 1.1; model definitions 1, 701 to 715, 802.
"""
