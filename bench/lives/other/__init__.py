"""The life of `bench.lives` as another engine would have it; run in an environment of its own."""
