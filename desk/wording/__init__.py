"""What the desk says, and how a message of NTT is put into words."""
