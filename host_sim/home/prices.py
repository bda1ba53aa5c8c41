"""What a household pays and gets for a kWh: the day-ahead price with what a retail contract adds, or fixed prices.

Not its job: the series itself (series.py), the bill (account.py).
Source: assumptions of a Dutch contract of 2024, stated below; without net metering, which ends in 2027.
"""

from typing import NamedTuple

from host_sim.home.series import day_ahead

HOUR_S = 3600
PUBLISHED_MIN = 13 * 60     # local time at which tomorrow's prices are known


class Contract(NamedTuple):
    """Import = (spot + supplier) * (1 + vat) + tax; export = spot - supplier. Per kWh, tax with VAT in it."""

    supplier_per_kwh: float = 0.02
    vat: float = 0.21
    tax_per_kwh: float = 0.1317


class Tariff(NamedTuple):
    """Prices by the hour from the beginning of a week, currency per kWh, as tuples of the same length."""

    name: str
    import_per_kwh: tuple
    export_per_kwh: tuple
    is_dynamic: bool


FIXED_IMPORT_PER_KWH = 0.30
FIXED_EXPORT_PER_KWH = 0.08


def dynamic(start_unix_s, hours, contract=Contract()):
    """The Tariff that follows the day-ahead price. KeyError when an hour has none."""
    prices = day_ahead()
    spot = [prices[start_unix_s + HOUR_S * hour] for hour in range(hours)]
    bought = tuple((price + contract.supplier_per_kwh) * (1 + contract.vat) + contract.tax_per_kwh for price in spot)
    return Tariff("dynamic", bought, tuple(price - contract.supplier_per_kwh for price in spot), True)


def fixed(hours):
    """The Tariff with one price for each direction."""
    return Tariff("fixed", (FIXED_IMPORT_PER_KWH,) * hours, (FIXED_EXPORT_PER_KWH,) * hours, False)


def command(tariff, start_unix_s, first_hour, end_hour):
    """The controller's command that tells it the prices of some hours."""
    return {"kind": "prices", "start_unix_s": start_unix_s + HOUR_S * first_hour, "step_s": HOUR_S,
            "import_per_kwh": [round(price, 6) for price in tariff.import_per_kwh[first_hour:end_hour]],
            "export_per_kwh": [round(price, 6) for price in tariff.export_per_kwh[first_hour:end_hour]]}
