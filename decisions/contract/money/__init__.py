"""Fees, benefits, waivers, watches, and payment on behalf."""
