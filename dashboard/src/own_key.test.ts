import { expect, test } from 'vitest';
import { OwnKey } from './own_key';

const KEY = '12dac165.VTAKbAdjmhF1lyUVvsuWxZgfa3bcNgQQE7g8tjXUi28';

function storage(kept = new Map<string, string>()) {
  return { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) };
}

function answers(status: number) {
  const asked: RequestInit[] = [];
  const fetch = (_url: string, options: RequestInit): Promise<Response> => {
    asked.push(options);
    return Promise.resolve(new Response('{}', { status }));
  };
  return { asked, fetch };
}

test('without a key nothing is offered', async () => {
  const key = new OwnKey(() => storage());
  const { asked, fetch } = answers(200);
  await key.fetch(fetch, '/x', {});
  expect([key.subprotocols, asked]).toEqual([[], [{}]]);
});

test('a key is offered to the stream and in a header, whatever came along when it was copied', async () => {
  const key = new OwnKey(() => storage());
  key.use(` ${KEY}\n`);
  const { asked, fetch } = answers(200);
  await key.fetch(fetch, '/x', {});
  expect(key.subprotocols).toEqual([`aerotrack.key.${KEY}`]);
  expect(asked).toEqual([{ headers: { 'X-API-Key': KEY } }]);
});

test('it is kept for the next visit', () => {
  const kept = storage();
  new OwnKey(() => kept).use(KEY);
  expect(new OwnKey(() => kept).subprotocols).toEqual([`aerotrack.key.${KEY}`]);
});

test('a browser that keeps nothing has it for this visit', () => {
  const key = new OwnKey(() => {
    throw new Error('SecurityError');
  });
  key.use(KEY);
  expect(key.subprotocols).toHaveLength(1);
});

test('it is asked for when the server lets nobody in without, and again when it is not known', async () => {
  const key = new OwnKey(() => storage());
  const { fetch } = answers(401);
  await key.fetch(fetch, '/x', {});
  expect(key.wanted.value).toContain('have a key');
  key.use('wrong');
  expect(key.wanted.value).toBe('');
  await key.fetch(fetch, '/x', {});
  expect(key.wanted.value).toContain('not known');
});

test('another refusal asks for no key', async () => {
  const key = new OwnKey(() => storage());
  await key.fetch(answers(429).fetch, '/x', {});
  expect(key.wanted.value).toBe('');
});
