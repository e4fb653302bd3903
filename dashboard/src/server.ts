/** The HTTP side of the server: paths below the page, so that it works behind a proxy's prefix too. */

/** The server said no: its sentence, from problem+json where it gave one. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export class Server {
  readonly #base: string;
  readonly #fetch: (url: string, options: RequestInit) => Promise<Response>;

  constructor(base: string, fetch: (url: string, options: RequestInit) => Promise<Response>) {
    this.#base = base;
    this.#fetch = fetch;
  }

  /** The full address of a path, for links. */
  address(path: string): string {
    return new URL(path, this.#base).href;
  }

  /** Throws Refused, or what `fetch` throws when nobody answers, or when `outdated` says that nobody waits. */
  async json(path: string, outdated?: AbortSignal): Promise<unknown> {
    const answer = await this.#fetch(this.address(path), outdated ? { signal: outdated } : {});
    if (answer.ok) return answer.json();
    const problem = (await answer.json().catch(() => null)) as { detail?: unknown; title?: unknown } | null;
    const told = problem?.detail ?? problem?.title;
    throw new Refused(answer.status, typeof told === 'string' ? told : `The server answered ${answer.status} to ${path}.`);
  }
}
