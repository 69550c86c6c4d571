"""Many endings at one moment: at midnight, by process, and three months late."""
