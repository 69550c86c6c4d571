"""How a contract ends: cancelled, initially cancelled, terminated; and how an entry is taken back."""
