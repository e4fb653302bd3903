"""The core: pure, synchronous, in columns. No clock, no I/O, no logging; time is an argument."""
