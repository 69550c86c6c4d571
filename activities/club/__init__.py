"""Runs and effects of the フレッツ光メンバーズクラブ."""
