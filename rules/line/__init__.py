"""The フレッツ光 line under a contract: whether it fits, who holds it, what NTT tells of it (articles 6, 8, 11, 23)."""
