"""The stand-in's doors: NTT's, the storage service's, and those that steer and show the stand-in."""
