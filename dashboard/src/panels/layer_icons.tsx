/** The signs of layers and tools: 24 by 24, in lines of the colour of the text. */

const PATHS = {
  layers: 'M12 4 3.500 8.500 12 13l8.500-4.500zM4 12.500l8 4.200 8-4.200M4 16.300l8 4.200 8-4.200',
  measure: 'M3.500 15.500 15.500 3.500l5 5-12 12zM7 12l2 2M10 9l3 3M13 6l2 2',
  globe: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM3.500 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17',
  flat: 'M3.500 6.500 9 4.500l6 2 5.500-2v13l-5.500 2-6-2-5.500 2zM9 4.500v13M15 6.500v13',
  night: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z',
  day: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400',
  airports: 'M10 3.500h4l1.500 17h-7zM12 6v2.500M12 11v2.500M12 16v2.500',
  places: 'M4.500 7V4.500h15V7M12 4.500v15M9 19.500h6',
  trails: 'M3.500 19.500c5-1 3-8 8-9s4-5 9-6M17 3.500l3.500 1-1.500 3.300',
  rings: 'M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM12 7.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM12 11.500v1',
  coverage: 'M12 3.500l4.500 3.500 4 5-3.500 3.500-2 5-5-1.500-5.500-1 .5-6L4 7.500l5 .5zM12 12.500v.5',
  heat: 'M12 3.500c1 4 5.500 6 5.500 10.500a5.500 5.500 0 0 1-11 0c0-2 1-3.500 2-4.500.5 1.500 1 2 2 2.500-.5-3 0-6 1.500-8.500z',
  close: 'M6 6l12 12M18 6 6 18',
  add: 'M12 5v14M5 12h14',
  shown: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  hidden: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM4 20 20 4',
} as const;
export type LayerIcon = keyof typeof PATHS;

/** Never the only sign: a name stands beside it, or on the button. */
export function Sign({ name }: { name: LayerIcon }) {
  return (
    <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">
      <path d={PATHS[name]} />
    </svg>
  );
}
