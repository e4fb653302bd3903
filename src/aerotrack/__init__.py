"""AeroTrack: a real-time flight tracker."""

__version__ = "0.1.0.dev0"
