"""Alarms, dashboard and Prometheus of the profile `observe`."""
