"""What reads answer: states and rows in the shapes of the public interface."""
