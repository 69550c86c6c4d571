"""フレッツ光メンバーズクラブ: registration, points, renewals, exchange, storage, the programme and its end."""
