"""Fixed text and style of the conformance report.

Not its job: anything that is measured (report_page.py).
Source: style as the other reports of this project.
"""

from host_sim.report import page

BANNER = ("<strong>Software in the loop, not a certificate.</strong> The procedures, points and acceptance formulas are those "
          "of the standard as open implementations state them; source, inverter and meters are simulated. Only an accredited "
          "laboratory certifies a product.")

CHAIN = {
    "gateway": """<p>Ideal three-phase source → setpoint-only inverter (first-order response, meter window 20 ms, values as
integer registers) → Modbus TCP bytes with 1 ms latency each way → the gateway firmware, unchanged, ten decisions a second →
setpoint registers → inverter. Power is measured at the terminals of the plant, never in the gateway. Response times count
from the step of the source, so bus, meter window and tick are inside them.</p>""",
    "device": """<p>Ideal three-phase source → emulated SunSpec inverter whose own functions run every 4 ms. Every setting is
written through its registers (models 702 to 712), proposed curves are adopted, and everything is read back; a refused or
silently changed value fails the case. Power is measured at the terminals of the plant, never in the registers.</p>""",
}

HOW = """<p>Rating %(p_w)d W, %(s_va)d VA; P in per unit of the first, Q of the second, V of nominal line to neutral; positive is
injected. A steady value is averaged from two response times on (IEEE 1547.1: 2 T<sub>r</sub>) and has to lie between the
lowest and the highest value of the characteristic over ±1.5 MRA of its argument, widened by 1.5 MRA (voltage 1 %%, frequency
10 mHz, power 5 %% of the VA rating, time 1 %%). One response time after a step, 90 %% of the change must be done, to the same
accuracy. In the figures, green is where the standard wants the value: bands while it has to be
steady, thin bars one response time after a step; dots are measured means, the grey line is the exact characteristic. Checks
marked “own” are sharper than the standard, whose small steps are often smaller than its tolerance. Time is
virtual: every run gives the same numbers.</p>"""

UNVERIFIED_TEXT = ("Verified: an open implementation or a public page says so. Unverified: general knowledge, to be checked with "
                   "the network operator. The standards themselves were not read.")

# On top of the style that the project's reports share.
STYLE = page.STYLE + """
body { max-width: 60rem; }
h3 { font-size: 1rem; margin: 2rem 0 .5rem; padding-top: .6rem; border-top: 1px solid #e6e9ec; }
a { color: #1d4e89; text-decoration: none; }
.banner { padding: .6rem .9rem; background: #fdf3e3; border-left: 4px solid #d1711c; }
.sum { background: #eef6f0; border-left-color: #1d7a3e; }
.sum.bad { background: #fbeeed; border-left-color: #b3261e; }
.no { color: #b3261e; }
figure { margin: .8rem 0 1.2rem; }
summary { cursor: pointer; padding: .15rem 0; font-size: .9rem; }
details table { margin: .2rem 0 .8rem; }
"""
