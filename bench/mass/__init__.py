"""Work on many at once: a merger, an import, a month's points, the end of the programme."""
