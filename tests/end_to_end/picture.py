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

    def apply(self, message: dict[str, Any]) -> bool:
        """Apply one `changes`; return whether the tick is complete."""
        assert message["type"] == "changes", message
        if message["since"] == 0 and message["tick"] != self.tick:
            self.flights.clear()
            self.snapshots += 1
        elif message["since"] != 0:
            assert message["since"] == self.tick, "the chain has a hole"
        updated = {flight["id"] for flight in message["updated"]}
        assert not updated & set(message["gone"]), "no id is in both"
        for flight in message["updated"]:
            self.flights.setdefault(flight["id"], {}).update(flight)
        for gone in message["gone"]:
            self.flights.pop(gone, None)
        if message.get("more"):
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
