/** The panels that float over the map, and where each is. */
import { render } from 'preact';
import type { App } from '../app';
import { EmbedLink, Kiosk, useBareness } from './bare';
import { Details } from './details';
import { Emergencies } from './emergencies';
import { Chips } from './chips';
import { EventsButton } from './events_button';
import { EventsFeed } from './events_feed';
import { Help } from './help';
import { KeyField } from './key_field';
import { LayersMenu } from './layers_menu';
import { Legend } from './legend';
import { Notice } from './notice';
import { Omnibox } from './omnibox';
import { Sheet } from './sheet';
import { Skip } from './skip';
import { Status } from './status';
import { Table } from './table';
import { TableButton } from './table_button';
import { Timebar } from './timebar';
import { Told } from './told';

export function showPanels(container: HTMLElement, app: App): void {
  render(<Page app={app} />, container);
}

function Page({ app }: { app: App }) {
  const { state } = app;
  const bare = state.embed.value || state.kiosk.value;
  const open = state.open.value;
  useBareness(app);
  return (
    <>
      {!bare && <Skip app={app} />}
      <header id="top" class="glass" hidden={bare}>
        <Status app={app} />
        <TableButton app={app} />
        <EventsButton app={app} />
        <Omnibox app={app} />
        <Chips app={app} />
      </header>
      {state.kiosk.value && <Kiosk app={app} />}
      {state.embed.value && <EmbedLink app={app} />}
      {!state.embed.value && <Emergencies app={app} />}
      <Notice app={app} />
      <KeyField app={app} />
      {!bare && <Sheet app={app} />}
      <div id="left" hidden={bare}>{open.has('table') && <Table app={app} />}</div>
      <div id="right" hidden={bare}>{state.chosen !== null && <Details app={app} />}</div>
      <div id="side" hidden={bare}>
        <LayersMenu app={app} />
        {open.has('events') && <EventsFeed app={app} />}
      </div>
      <footer id="bottom" hidden={state.embed.value}>
        <Legend app={app} />
        {!bare && <Timebar app={app} />}
      </footer>
      {open.has('help') && <Help app={app} />}
      <Told app={app} />
    </>
  );
}
