/** The feeds, each a line that unfolds; the one that is unfolded shows on the map how far it hears. */
import type { App } from '../app';
import type { Feed } from '../sky/feeds';
import { count } from '../text/format';
import { facts, refusals, stateOf } from './feed_words';
import { Line } from './status';
import './feeds.css';

export function FeedList({ app: { feeds, state } }: { app: App }) {
  return (
    <>
      {feeds.list.value.map((feed) => {
        const [mood, words] = stateOf(feed);
        const chosen = feeds.chosen.value === feed.name;
        return (
          <details
            key={feed.name} class="feed" data-mood={mood} open={chosen}
            onToggle={({ currentTarget: { open } }) => {
              if (open) feeds.chosen.value = feed.name;
              else if (chosen) feeds.chosen.value = null;
            }}
          >
            <summary><i class="dot" aria-hidden="true" /><b>{feed.name}</b><span>{mood === 'good' ? `${count(Math.round(feed.rate))}/s` : words}</span></summary>
            {chosen && <Unfolded feed={feed} words={words} lines={facts(feed, state.units.value)} />}
          </details>
        );
      })}
    </>
  );
}

function Unfolded({ feed, words, lines }: { feed: Feed; words: string; lines: readonly (readonly [string, string])[] }) {
  const refused = refusals(feed);
  return (
    <>
      <p>{feed.error ?? words}</p>
      <dl>{lines.map(([name, value]) => <Line key={name} name={name} value={value} />)}</dl>
      {refused.length > 0 && <><h3>Refused</h3><dl>{refused.map(([name, value]) => <Line key={name} name={name} value={value} />)}</dl></>}
    </>
  );
}
