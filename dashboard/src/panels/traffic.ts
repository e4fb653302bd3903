/** Keeps the histogram of the time bar fresh: asked for when another stretch is shown, and each minute. */
import { computed, effect, type Signal } from '@preact/signals';
import type { App } from '../app';
import { readTraffic, type Stretch, type Traffic, type Window } from './histogram';

const FRESH_MS = 60_000;
const RETRY_MS = 10_000;

/** Returns what ends it. `trouble` is a sentence while the traffic cannot be had. */
export function followTraffic(
  app: App, window: Signal<Window>, traffic: Signal<Traffic | null>, trouble: Signal<string>, stretch: () => Stretch,
): () => void {
  let timer = 0;
  let asked = 0;

  async function ask(): Promise<void> {
    clearTimeout(timer);
    const mine = ++asked;
    let wait = FRESH_MS;
    try {
      const { from } = stretch();
      const begin = window.peek().span === null || from <= 0 ? '' : `?from=${new Date(from).toISOString()}`;
      const told = readTraffic(await app.server.json(`api/v1/history/traffic${begin}`));
      if (mine !== asked) return;
      traffic.value = told;
      trouble.value = '';
    } catch (error) {
      if (mine !== asked) return;
      wait = RETRY_MS;
      // While the server is away the status says so; what it answered itself is told here.
      trouble.value = error instanceof Error && error.name === 'Refused' ? error.message : '';
    }
    timer = setTimeout(() => void ask(), wait) as unknown as number;
  }

  const reached = computed(() => app.state.link.value.state === 'live');
  const live = computed(() => app.state.link.value.live);
  const stop = effect(() => {
    window.value; // each of these is another stretch
    app.state.playing.value;
    live.value;
    if (reached.value) void ask();
  });
  return () => {
    stop();
    asked++;
    clearTimeout(timer);
  };
}
