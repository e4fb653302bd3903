/** The key by which this person is let in, where the server asks for one: kept by this browser, told in headers only. */
import { signal } from '@preact/signals';

const KEPT = 'aerotrack.key';
const SUBPROTOCOL = 'aerotrack.key.';
const UNAUTHORIZED = 401;
/** The stream is closed with this when its key is good no longer. */
export const KEY_GONE = 4401;

export class OwnKey {
  /** A sentence for the person when the server wants another key; empty while it is content. */
  readonly wanted = signal('');
  readonly #storage: () => Pick<Storage, 'getItem' | 'setItem'>;
  #text: string;

  /** `storage` may throw: some browsers do at its very name. Then the key is forgotten with the page. */
  constructor(storage: () => Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    this.#text = this.#kept((kept) => kept.getItem(KEPT)) ?? '';
  }

  /** What to offer beside the stream's own subprotocols. */
  get subprotocols(): string[] {
    return this.#text ? [SUBPROTOCOL + this.#text] : [];
  }

  /** Offers this key from now on. A key has no spaces: those came with the copying. */
  use(text: string): void {
    this.#text = text.replace(/\s/g, '');
    this.wanted.value = '';
    this.#kept((kept) => kept.setItem(KEPT, this.#text));
  }

  /** Notes that one is not let in as one is. */
  ask(): void {
    this.wanted.value = this.#text ? 'This key is not known here, or is good no longer.' : 'This server tells its flights to those who have a key.';
  }

  /** Asks as `fetch` does, with the key. */
  async fetch(fetch: (url: string, options: RequestInit) => Promise<Response>, url: string, options: RequestInit): Promise<Response> {
    const answer = await fetch(url, this.#text ? { ...options, headers: { 'X-API-Key': this.#text } } : options);
    if (answer.status === UNAUTHORIZED) this.ask();
    return answer;
  }

  #kept<T>(use: (kept: Pick<Storage, 'getItem' | 'setItem'>) => T): T | null {
    try {
      return use(this.#storage());
    } catch {
      return null;
    }
  }
}
