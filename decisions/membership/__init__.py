"""Deciding about memberships of フレッツ光メンバーズクラブ: one file a domain, as in `rules/`."""
