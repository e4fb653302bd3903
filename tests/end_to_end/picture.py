"""A client's picture of the sky, built from the stream by the rules of the public interface."""

import json
from typing import Any

from websockets.asyncio.client import ClientConnection


class Picture:
    """What a client of the JSON stream knows."""

    def __init__(self) -> None:
        self.flights: dict[str, dict[str, Any]] = {}
        self.tick = 0
        self.view = ""
        self.snapshots = 0
        self.partial = False  # whether parts of the tick are still to come

    def apply(self, message: dict[str, Any]) -> bool:
        """Apply one `changes`; return whether the tick is complete."""
        assert message["type"] == "changes", message
        assert message["since"] in (0, self.tick), "the chain has a hole"
        if message["since"] == 0 and not self.partial:
            self.flights.clear()
            self.snapshots += 1
        updated = {flight["id"] for flight in message["updated"]}
        assert not updated & set(message["gone"]), "no id is in both"
        for flight in message["updated"]:
            self.flights.setdefault(flight["id"], {}).update(flight)
        for gone in message["gone"]:
            self.flights.pop(gone, None)
        self.partial = bool(message.get("more"))
        if self.partial:
            return False
        self.tick, self.view = message["tick"], message["view"]
        return True

    async def follow(self, socket: ClientConnection, ticks: int) -> None:
        """Apply messages until `ticks` more ticks are complete."""
        while ticks:
            text = await socket.recv()
            assert len(text) <= 256 * 1024
            message = json.loads(text)
            if message["type"] == "changes":
                ticks -= self.apply(message)
