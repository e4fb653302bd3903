"""The commands beside `serve` and `replay`. Each is loaded when it is asked for: a start waits for none."""
