"""What `make bench` measures, each number against a baseline of the same run."""
