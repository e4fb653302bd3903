/** What fingers, a mouse and keys do to the plain view: drag, pinch, wheel, tap, long press, arrows. */
import type { Pixel } from './plain_camera';

const CLICK_PX = 6;
const WHEEL_STEP = 1 / 400; // of a zoom, for a pixel of the wheel
const LONG_MS = 500;
const KEY_PX = 100;

/** What the view makes of it. Pixels are those of the element. */
export interface Gestures {
  dragged(right: number, down: number): void;
  zoomed(steps: number, around?: Pixel): void;
  tapped(at: Pixel, adding: boolean): void;
  /** The pointer is there, or a finger rests there; null: it is away. */
  pointed(at: Pixel | null): void;
}

export function followGestures(element: HTMLElement, heard: Gestures): void {
  const fingers = new Map<number, Pixel>();
  let began: Pixel | null = null; // of a press that may still be a tap
  let resting = 0;
  const pixel = (event: MouseEvent): Pixel => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const span = (): { middle: Pixel; length: number } => {
    const [one, other = one] = [...fingers.values()] as [Pixel, Pixel?];
    return { middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 }, length: Math.hypot(one.x - other.x, one.y - other.y) };
  };

  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, pixel(event));
    began = fingers.size === 1 ? pixel(event) : null;
    clearTimeout(resting);
    if (began && event.pointerType !== 'mouse') resting = window.setTimeout(() => heard.pointed(began), LONG_MS);
  });
  element.addEventListener('pointermove', (event) => {
    const at = pixel(event);
    if (!fingers.has(event.pointerId)) {
      if (event.pointerType === 'mouse') heard.pointed(at);
      return;
    }
    if (began && Math.hypot(at.x - began.x, at.y - began.y) < CLICK_PX) return;
    began = null;
    clearTimeout(resting);
    const before = span();
    fingers.set(event.pointerId, at);
    const after = span();
    heard.dragged(before.middle.x - after.middle.x, before.middle.y - after.middle.y);
    if (before.length > 0 && after.length > 0) heard.zoomed(Math.log2(after.length / before.length), after.middle);
  });
  const lifted = (event: PointerEvent): void => {
    clearTimeout(resting);
    if (!fingers.delete(event.pointerId)) return;
    if (began && event.type === 'pointerup') heard.tapped(began, event.shiftKey);
    began = null;
  };
  element.addEventListener('pointerup', lifted);
  element.addEventListener('pointercancel', lifted);
  element.addEventListener('pointerleave', () => heard.pointed(null));
  element.addEventListener('wheel', (event) => {
    event.preventDefault();
    heard.zoomed(-event.deltaY * WHEEL_STEP, pixel(event));
  }, { passive: false });
  element.addEventListener('dblclick', (event) => heard.zoomed(event.shiftKey ? -1 : 1, pixel(event)));
  element.addEventListener('keydown', (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === 'ArrowLeft' || key === 'ArrowRight') heard.dragged(key === 'ArrowLeft' ? -KEY_PX : KEY_PX, 0);
    else if (key === 'ArrowUp' || key === 'ArrowDown') heard.dragged(0, key === 'ArrowUp' ? -KEY_PX : KEY_PX);
    else if (key === '+' || key === '=' || key === '-') heard.zoomed(key === '-' ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
