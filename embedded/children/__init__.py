"""Child processes: started, probed, kept running, ended in order."""
