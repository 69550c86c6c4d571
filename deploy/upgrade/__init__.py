"""`make test-upgrade`: one version of the workers gives way to another while contracts are in flight."""
