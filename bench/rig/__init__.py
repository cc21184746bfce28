"""What the benchmarks are run on: real nodes in processes of their own, and clocks for their work."""
