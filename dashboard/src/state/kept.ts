/**
 * How a person likes it, kept by the browser from one visit to the next: written as the address
 * writes it, `theme=light&units=metric`. Where the browser keeps nothing (a private window, a frame
 * in another page) nothing is kept.
 */
import { DEFAULTS, read, write, type Choice, type Choices } from './choices';

const KEY = 'aerotrack';
/** What is kept. The others belong to the moment. */
const LIKED: ReadonlySet<Choice> = new Set<Choice>([
  'theme', 'units', 'projection', 'labels', 'colouring', 'layers', 'home', 'columns', 'sorting', 'iconScale', 'raw', 'others', 'sound',
  'shortcuts',
]);

/** Where the texts lie: the browser's, which may throw at any call. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

export class Kept {
  readonly #open: () => Storage;
  /** What is chosen where nobody chose, on this system. */
  readonly usual: Choices;
  #stored: Partial<Choices>;
  #opened: Choices | null = null;
  #written: string | null = null;

  /** `open` may throw: some browsers do at the very name of the storage. `preferred` is what the system asks for. */
  constructor(open: () => Storage, preferred: Pick<Choices, 'theme'> = DEFAULTS) {
    this.#open = open;
    this.usual = { ...DEFAULTS, theme: preferred.theme };
    this.#stored = this.#read();
  }

  /** How the page looks to this person before an address has its say. */
  get liked(): Partial<Choices> {
    return { theme: this.usual.theme, ...this.#stored };
  }

  /** The choices an address has made: somebody else's liking, perhaps, which is not kept. */
  opened(choices: Choices): void {
    this.#opened = choices;
  }

  /** Keeps what the person has chosen since. */
  keep(choices: Choices): void {
    const changed = [...LIKED].filter((choice) => this.#opened !== null && choices[choice] !== this.#opened[choice]);
    if (changed.length === 0) return;
    this.#opened = choices;
    this.#stored = { ...this.#stored, ...Object.fromEntries(changed.map((choice) => [choice, choices[choice]])) };
    this.#write();
  }

  forget(): void {
    this.#stored = {};
    this.#write();
  }

  #read(): Partial<Choices> {
    try {
      const told = read((this.#open().getItem(KEY) ?? '').split('&'));
      return Object.fromEntries(Object.entries(told).filter(([choice]) => LIKED.has(choice as Choice)));
    } catch {
      return {};
    }
  }

  #write(): void {
    const text = write({ ...this.usual, ...this.#stored }, LIKED, this.usual).join('&');
    if (text === this.#written) return;
    this.#written = text;
    try {
      if (text === '') this.#open().removeItem(KEY);
      else this.#open().setItem(KEY, text);
    } catch {
      // Then the next visit begins afresh.
    }
  }
}
