"""What grows with how much there is: reads, searches, memory, an idle house."""
