"""SunSpec codes: what the numbers of enumerated points and the bits of bitfields mean.

Not its job: which point holds which (the model tables).
Source: symbols of the SunSpec model definitions 701 to 715 and 802. Only those that this project uses stand here.
"""

DISABLED, ENABLED = 0, 1                                   # every Ena, 703.ES
ADOPT_IN_PROGRESS, ADOPT_COMPLETED, ADOPT_FAILED = 0, 1, 2  # AdptCrvRslt, AdptCtlRslt
CURVE_RW, CURVE_R = 0, 1                                   # Crv.ReadOnly

# 701 and 702
AC_SINGLE_PHASE, AC_SPLIT_PHASE, AC_THREE_PHASE = 0, 1, 2
INV_OFF, INV_SLEEPING, INV_STARTING, INV_RUNNING, INV_THROTTLED, INV_SHUTTING_DOWN, INV_FAULT, INV_STANDBY = range(8)
CONN_DISCONNECTED, CONN_CONNECTED = 0, 1
DER_MODE_GRID_FOLLOWING_BIT = 0
CATEGORY_A, CATEGORY_B = 0, 1
CATEGORY_1, CATEGORY_2, CATEGORY_3 = 0, 1, 2

# bits of 701.Alrm
ALARM_GRID_DISCONNECT_BIT = 4
ALARM_MANUAL_SHUTDOWN_BIT = 6
ALARM_OVER_FREQUENCY_BIT = 8
ALARM_UNDER_FREQUENCY_BIT = 9
ALARM_AC_OVER_VOLT_BIT = 10
ALARM_AC_UNDER_VOLT_BIT = 11
ALARM_HW_TEST_FAILURE_BIT = 15

# 704 and the curves
W_SET_PCT, W_SET_WATTS = 0, 1                              # WSetMod
VAR_SET_W_MAX, VAR_SET_VAR_MAX, VAR_SET_VAR_AVAIL, VAR_SET_VA_MAX, VAR_SET_VARS = range(5)   # VarSetMod
PRIORITY_ACTIVE, PRIORITY_REACTIVE = 0, 1                  # Pri, VarSetPri
OVER_EXCITED, UNDER_EXCITED = 0, 1                         # Ext
VAR_OF_W_MAX, VAR_OF_VAR_MAX, VAR_OF_VAR_AVAIL, VAR_OF_VA_MAX = range(4)   # DeptRef of 705 and 712
W_OF_W_MAX, W_OF_W_AVAIL = 0, 1                            # DeptRef of 706

# 714, 715, 802
PORT_PV, PORT_ESS, PORT_EV = 0, 1, 2
DC_OFF, DC_ON = 0, 1
REMOTE, LOCAL = 0, 1                                       # LocRemCtl
OP_STOP, OP_START, OP_ENTER_STANDBY, OP_EXIT_STANDBY = range(4)
CHARGE_OFF, CHARGE_EMPTY, CHARGE_DISCHARGING, CHARGE_CHARGING, CHARGE_FULL, CHARGE_HOLDING = range(1, 7)   # ChaSt
