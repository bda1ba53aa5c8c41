"""Power of a roof's PV from measured irradiance: position of the sun, irradiance on the plane, module and inverter.

Not its job: the measured days (series.py), which day follows which (week.py).
Source: declination and equation of time by Spencer (1971); isotropic sky (Liu and Jordan 1963); module and losses as
PVWatts version 5 (NREL/TP-6A20-62641), cell temperature by its nominal operating value (45 °C at 800 W/m²).
"""

from typing import NamedTuple

import numpy as np

from host_sim.home.series import DAY_MIN, irradiance

# Stations of the measured days: latitude, longitude in degrees (north, east), day of the year.
STATIONS = {
    "clear": (37.70, -105.92, 1),
    "scattered": (37.70, -105.92, 365),
    "changing": (40.72, -77.93, 1),
    "overcast": (40.72, -77.93, 10),
    "dull": (40.125, -105.237, 5),
}
ALBEDO = 0.2
TEMPERATURE_PER_K = -0.004      # of power, crystalline silicon
NOCT_K_PER_W_M2 = (45 - 20) / 800
LOSSES = 0.14                   # soiling, wiring, mismatch and the rest
INVERTER = 0.96
T_REFERENCE_C = 25


class Roof(NamedTuple):
    """An array: nominal power of modules and inverter, tilt from horizontal, azimuth from south, west positive."""

    p_dc_w: float = 5000
    p_ac_w: float = 4600
    tilt_deg: float = 35
    azimuth_deg: float = 0


def solar_position(day, minute_utc):
    """(cosine of the zenith angle, azimuth from south in rad, west positive, solar time in min) at a day's station."""
    latitude_deg, longitude_deg, day_of_year = STATIONS[day]
    gamma = 2 * np.pi * (day_of_year - 1) / 365
    declination = (0.006918 - 0.399912 * np.cos(gamma) + 0.070257 * np.sin(gamma) - 0.006758 * np.cos(2 * gamma)
                   + 0.000907 * np.sin(2 * gamma) - 0.002697 * np.cos(3 * gamma) + 0.00148 * np.sin(3 * gamma))
    equation_min = 229.18 * (0.000075 + 0.001868 * np.cos(gamma) - 0.032077 * np.sin(gamma)
                             - 0.014615 * np.cos(2 * gamma) - 0.040849 * np.sin(2 * gamma))
    solar_min = (minute_utc + 4 * longitude_deg + equation_min) % DAY_MIN
    hour_angle = np.radians(solar_min / 4 - 180)
    latitude = np.radians(latitude_deg)
    cos_zenith = (np.sin(latitude) * np.sin(declination)
                  + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle))
    azimuth = np.arctan2(np.sin(hour_angle),
                         np.cos(hour_angle) * np.sin(latitude) - np.tan(declination) * np.cos(latitude))
    return cos_zenith, azimuth, solar_min


def on_plane_w_m2(day, roof):
    """(solar time in min, irradiance on the array in W/m², air temperature in °C) of a measured day."""
    minute_utc, ghi, dni, dhi, t_air_c = irradiance(day)
    cos_zenith, azimuth, solar_min = solar_position(day, minute_utc)
    tilt = np.radians(roof.tilt_deg)
    sin_zenith = np.sqrt(1 - cos_zenith ** 2)
    cos_incidence = (cos_zenith * np.cos(tilt)
                     + sin_zenith * np.sin(tilt) * np.cos(azimuth - np.radians(roof.azimuth_deg)))
    beam = dni * np.clip(cos_incidence, 0, None) * (cos_zenith > 0)
    sky = dhi * (1 + np.cos(tilt)) / 2
    ground = ghi * ALBEDO * (1 - np.cos(tilt)) / 2
    return solar_min, beam + sky + ground, t_air_c


def pv_day_w(day, roof, noon_min):
    """AC power of an array on a measured day, W: array of 1440 minutes. noon_min: minute of the home's solar noon."""
    solar_min, plane_w_m2, t_air_c = on_plane_w_m2(day, roof)
    t_cell_c = t_air_c + NOCT_K_PER_W_M2 * plane_w_m2
    p_dc_w = roof.p_dc_w * plane_w_m2 / 1000 * (1 + TEMPERATURE_PER_K * (t_cell_c - T_REFERENCE_C)) * (1 - LOSSES)
    p_ac_w = np.clip(p_dc_w * INVERTER, 0, roof.p_ac_w)
    order = np.argsort(solar_min)
    return np.interp(np.arange(DAY_MIN), solar_min[order] - DAY_MIN / 2 + noon_min, p_ac_w[order], left=0, right=0)
