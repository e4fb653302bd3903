/** A finger that rests on the map points at what is there, as a mouse does. */

const LONG_MS = 500;
const STILL_PX = 8;

/** `pointed` is told where, from the element's top left corner, and null once the finger is lifted. */
export function followLongPress(element: HTMLElement, pointed: (at: { x: number; y: number } | null) => void): void {
  let pressed: { id: number; x: number; y: number; timer: number } | null = null;
  let resting = false;
  function end(): void {
    if (pressed) clearTimeout(pressed.timer);
    pressed = null;
    if (resting) pointed(null);
    resting = false;
  }
  element.addEventListener('pointerdown', (event) => {
    if (pressed || event.pointerType === 'mouse') return end(); // two fingers zoom
    const { left, top } = element.getBoundingClientRect();
    const { pointerId: id, clientX: x, clientY: y } = event;
    const timer = window.setTimeout(() => {
      resting = true;
      pointed({ x: x - left, y: y - top });
    }, LONG_MS);
    pressed = { id, x, y, timer };
  });
  element.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
    if (pressed?.id === pointerId && Math.hypot(clientX - pressed.x, clientY - pressed.y) > STILL_PX) end();
  });
  for (const kind of ['pointerup', 'pointercancel', 'pointerleave'] as const) element.addEventListener(kind, end);
  element.addEventListener('contextmenu', (event) => {
    if (pressed) event.preventDefault(); // the long press is ours
  });
}
