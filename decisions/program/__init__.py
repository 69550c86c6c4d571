"""Programmes: which set-based runs come when."""
