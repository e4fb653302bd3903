/** The small signs of the time bar, the status, the emergencies and the events: 24 by 24, in the colour of the text. */

const PATHS = {
  play: 'M8 5.5v13l11-6.5z',
  pause: 'M7 5h3.6v14H7zM13.4 5H17v14h-3.6z',
  back: 'M12 5a7.5 7.5 0 1 1-7.1 5.1l1.9.6A5.5 5.5 0 1 0 12 7v3L7.2 6 12 2z',
  ahead: 'M12 5a7.5 7.5 0 1 0 7.1 5.1l-1.9.6A5.5 5.5 0 1 1 12 7v3l4.8-4L12 2z',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm-1 2.5v5l4 2.6 1-1.6-3.1-2V7.500z',
  close: 'M6.700 5.300 12 10.600l5.300-5.300 1.400 1.400L13.400 12l5.300 5.300-1.400 1.400L12 13.400l-5.300 5.300-1.400-1.400L10.600 12 5.300 6.700z',
  alarm: 'M12 3 1.800 20.500h20.400zm-1 6.500h2v5.500h-2zm0 7h2v2h-2z',
  takeoff: 'M3 19h18v2H3zM2.400 11.200l1.700-.5 2 1.600 3.900-1-4-6 2.100-.6 6.200 5.200 4.300-1.200c1-.3 2 .2 2.200 1 .2.900-.4 1.700-1.400 2L6.500 15.200z',
  landing: 'M3 19h18v2H3zM4 6.500l1.600.4.900 2.400 3.900 1-.6-7 2.100.500 3.300 7.300 4.300 1.200c1 .3 1.600 1.100 1.400 2-.2.800-1.200 1.300-2.200 1L5 11.600z',
  begin: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 2a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm-1 3v3H8v2h3v3h2v-3h3v-2h-3V8z',
  other: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 4h2v7h-2zm0 8.500h2v2h-2z',
  sound: 'M4 9v6h4l5 4.500V4.500L8 9zm11.500-.8v7.600a4.500 4.500 0 0 0 0-7.600zM15.500 4v2.100a6.500 6.500 0 0 1 0 11.800V20a8.500 8.500 0 0 0 0-16z',
  mute: 'M4 9v6h4l5 4.500V4.500L8 9zm11 1.200 1.400-1.400 1.800 1.800 1.800-1.800 1.400 1.400-1.800 1.800 1.800 1.800-1.400 1.400-1.800-1.800-1.800 1.800-1.400-1.400 1.800-1.800z',
} as const;
export type IconName = keyof typeof PATHS;

/** Never the only sign: a name or words stand beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="sign" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
