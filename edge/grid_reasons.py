"""Reasons of the grid-code functions, apart from the others: text is heap on a board, and most sites have none of them.

Not its job: the other reasons, looking one up (reasons.py). What happened stands in reason_texts.py.
Source: ours; a published number never changes its meaning.
"""

NATIVE_REFUSED = 122
NATIVE_IGNORED = 123
TRIP_UNCONFIRMED = 124
NATIVE_CHANGED = 125
NATIVE_UNSAID = 126
GRID_MODE = 140
ENTER_SERVICE = 141
GRID_UNKNOWN = 142
FREQUENCY_UNKNOWN = 143
DSO_LIMIT = 145
DSO_FAILSAFE = 146
SMART_CHARGE = 147
RANDOM_DELAY = 148
PEAK_HOURS = 149
# 153 to 159 move power or vars at their own pace (ramp.py).
VOLT_VAR = 153
WATT_VAR = 154
CPF = 155
CRP = 156
VOLT_WATT = 157
P_LIMIT = 158
DROOP = 159

# As reason_table.TABLE: code, severity, name, words.
TABLE = """
122 W native_refused device refuses a grid function
123 W native_ignored device ignores a grid function
124 W trip_unconfirmed trip settings not confirmed
125 W native_changed somebody changed a grid function
126 N native_unsaid setting only its maker can make
140 N grid_mode operating mode
141 N enter_service not in service
142 W grid_unknown voltage or frequency unknown
143 W frequency_unknown frequency unknown
145 N dso_limit network operator's limit
146 W dso_failsafe network operator silent
147 I smart_charge smart charging
148 I random_delay delay by chance
149 I peak_hours peak hours
153 I volt_var volt-var
154 I watt_var watt-var
155 I cpf constant power factor
156 I crp constant vars
157 N volt_watt volt-watt
158 N p_limit active-power limit
159 N droop frequency droop
"""
