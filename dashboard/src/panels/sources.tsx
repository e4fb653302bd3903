/** Where each value comes from: asked of the server while it is open. */
import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app';
import { origins, type Explanation, type Origin } from './explanation';

const EVERY_MS = 5000;

export function Sources({ app, id }: { app: App; id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Where each value comes from</summary>
      {open && <Table app={app} id={id} />}
    </details>
  );
}

function Table({ app, id }: { app: App; id: string }) {
  const [told, setTold] = useState<readonly Origin[] | null | 'asked'>('asked');
  useEffect(() => {
    let gone = false;
    const ask = (): void => {
      app.server.json(`api/v1/flights/${encodeURIComponent(id)}?explain=1`)
        .then((answer) => origins((answer as { explain: Explanation | null }).explain)).catch(() => null)
        .then((lines) => { if (!gone) setTold(lines); });
    };
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [app, id]);
  if (told === 'asked') return <p class="hint">Asking the server…</p>;
  if (told === null) return <p class="hint">The server knows this only of flights that are live.</p>;
  return (
    <table class="origins">
      <thead><tr><th scope="col">Value</th><th scope="col">Feed, and who was refused</th><th scope="col">Age</th></tr></thead>
      <tbody>
        {told.map(({ name, feed, age, refused }) => (
          <Fragment key={name}>
            <tr><th scope="rowgroup" rowSpan={1 + refused.length}>{name}</th><td>{feed}</td><td>{age}</td></tr>
            {refused.map((one) => <tr key={one.feed} class="refused"><td>{one.feed}</td><td>{one.age}</td></tr>)}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
