"""Notices to contractors and members, in Japanese (requirements 4.5): one template a kind, rendered once."""

from activities.notices.render import KINDS, NoticeDataError, Rendered, render

__all__ = ["KINDS", "NoticeDataError", "Rendered", "render"]
