"""What the benchmarks of the stream share: a sky, a server in a process of its own, a crowd that watches."""
