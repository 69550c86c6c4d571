"""What production needs beside our own processes, and the tests that run it for real."""
