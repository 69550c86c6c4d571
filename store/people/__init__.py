"""People: found, shown to whom, told what is kept of them, erased."""
