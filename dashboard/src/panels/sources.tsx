/** Where each value comes from: asked of the server while it is open. */
import { useEffect, useState } from 'preact/hooks';
import type { App } from '../app';
import { age } from '../text/format';
import { readExplanation, type Explained } from './explanation';

const EVERY_MS = 5000;

export function Sources({ app, id, present }: { app: App; id: string; present: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Where each value comes from</summary>
      {open && <Table app={app} id={id} present={present} />}
    </details>
  );
}

function Table({ app, id, present }: { app: App; id: string; present: boolean }) {
  void app.state.pulse.value;
  const [told, setTold] = useState<readonly Explained[] | null | 'asked'>('asked');
  useEffect(() => {
    let gone = false;
    const ask = (): void => {
      app.server.json(`api/v1/flights/${encodeURIComponent(id)}?explain=1`).then(readExplanation).catch(() => null)
        .then((answer) => { if (!gone) setTold(answer); });
    };
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [app, id]);
  const flight = app.sky.find(id);
  if (told === 'asked') return <p class="hint">Asking the server…</p>;
  if (told === null) {
    if (!present || !flight) return <p class="hint">The server keeps no origin of single values for this flight.</p>;
    const ago = (at: number | null): string => (at === null ? '–' : age(app.now() - at));
    return (
      <dl class="lines">
        <div><dt>Position</dt><dd>{flight.feed ?? '–'} · {ago(flight.time)}</dd></div>
        <div><dt>Anything heard</dt><dd>{ago(flight.last_heard)}</dd></div>
      </dl>
    );
  }
  return (
    <table class="origins">
      <thead><tr><th scope="col">Value</th><th scope="col">Feed</th><th scope="col">Age</th><th scope="col">Refused</th></tr></thead>
      <tbody>
        {told.map(({ name, feed, age_s, refused }) => (
          <tr key={name}>
            <th scope="row">{name.replaceAll('_', ' ')}</th>
            <td>{feed ?? '–'}</td>
            <td>{age_s === null ? '–' : age(age_s * 1000)}</td>
            <td>{refused}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
