"""The table behind reasons.py: what a number is called, how grave it is, what people read.

Not its job: the numbers' names in code and looking one up (reasons.py), reasons that only some sites have (grid_reasons.py,
home_reasons.py, field_reasons.py). Imported when somebody asks, and forgotten on a board: text is heap there.
Source: ours; a published number never changes its meaning.
"""

# Code, severity (I, N, W, A), name, words people read. One text and not rows of tuples: as objects the same table
# takes 8 kB more of a board's heap, and it is read only when somebody asks. What happened stands in reason_texts.py.
TABLE = """
0 I none nothing limits
110 A charger_lost charger silent
111 W meter_lost meter silent
112 W ev_lost EV silent
113 N cloud_lost supervisor silent
114 A tick_stalled control loop stalled
115 A contended another master writes
116 A wrong_device wrong device
117 W values_frozen frozen measurements
118 W writes_fail writes fail
121 N no_effect setpoint without effect
119 N no_watchdog no device watchdog
120 W fuse_unguarded fuse without a meter
130 I nameplate nameplate
131 I no_ev no EV
132 I ev_full EV full
133 I battery_full battery full
134 I soc_floor SoC floor
135 N soc_unknown SoC unknown
136 I no_consent no consent to V2G
137 I site_share fuse share
150 N undervoltage under-voltage charge limit
151 W voltage_unknown voltage unknown
152 I slow_return slow return of charging
160 N system_setpoint system operator
161 N system_limit system-operator limit
170 I departure needed by departure
180 I wape WAPE
181 I wape_no_vars WAPE without vars
182 I wape_lifted WAPE lifted
183 N wape_lift_suspended WAPE, lift suspended
184 W wape_no_voltage WAPE without voltage
190 N support voltage support
191 A support_deep voltage support, voltage very low
192 I support_rest rest after voltage support
193 I dispatch dispatch
194 I vpp_limit VPP limit
195 I agc AGC
196 I reserve frequency reserve
197 W reserve_no_frequency frequency reserve without frequency
200 I charge_now charge now
201 I discharge_now discharge now
202 I idle_wish idle wish
203 I default_charge default
204 I default_idle default
205 I default_target default
210 I ramp ramp
211 I converter_limit converter limit
220 A limiter_not_finite limiter: no number
221 A limiter_interlock limiter: interlock
222 A limiter_nameplate limiter: nameplate
223 A limiter_soc limiter: SoC window
224 A limiter_site limiter: fuse share
225 W limiter_converter limiter: kVA or current
230 W link_lost link lost
231 N stopping stopping
232 N command_refused command refused
233 N config_refused configuration refused
234 W store_failed file not written
240 I lease_applied lease in force
241 I lease_expired lease over
242 N lease_lapsed lease lapsed
243 I lease_revoked lease revoked
244 I lease_superseded lease superseded
245 N lease_book_full too many leases
246 I lease_paused paused by the household
247 I lease_no_consent no consent
248 I lease_unknown no such lease
249 N lease_unavailable lease not possible here
"""
