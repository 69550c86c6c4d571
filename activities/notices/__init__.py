"""Notices to contractors and members, in Japanese (requirements 4.5): one template a kind, rendered once."""

from activities.notices.render import LETTERS, NoticeDataError, Rendered, render

__all__ = ["LETTERS", "NoticeDataError", "Rendered", "render"]
