"""What NTT answers: scripts, the steps planned from them, and playing each as a signed callback."""
