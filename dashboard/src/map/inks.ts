/** The colours of the ground and of what is drawn on it, by theme. Both are quiet: the flights are what is to be seen. */
import type { Theme } from '../state/state';

export interface Ink {
  readonly sea: string;
  readonly land: string;
  readonly shore: string;
  readonly coast: string;
  readonly border: string;
  readonly state: string;
  readonly net: string;
  readonly country: string;
  readonly city: string;
  readonly marine: string;
  readonly airport: string;
  readonly airportName: string;
  readonly runway: string;
  readonly halo: string;
  readonly night: string;
  readonly nightShade: number;
  /** What the person has put on the map: rings, lines of a measurement, own files. */
  readonly ring: string;
  readonly coverage: string;
  readonly measure: string;
  readonly own: string;
  /** From nothing to most. */
  readonly heat: readonly [string, string, string, string, string];
  readonly heaven: string;
  readonly horizon: string;
}

export const INKS: Readonly<Record<Theme, Ink>> = {
  dark: {
    sea: '#0a121f', land: '#1b2839', shore: '#1d4468', coast: '#36506f', border: '#4a5f7c', state: '#2d3d52',
    net: 'rgba(150, 185, 225, 0.07)', country: '#8798b1', city: '#a3b2c7', marine: '#42699a', airport: '#58a9cc',
    airportName: '#74bddd', runway: '#8ea4c2', halo: '#0d1521', night: '#000308', nightShade: 0.085, ring: '#8fb4dc',
    coverage: '#46d6a0', measure: '#ffd166', own: '#d8e2ef',
    heat: ['rgba(20, 60, 140, 0)', 'rgba(38, 92, 200, 0.55)', 'rgba(34, 184, 214, 0.72)', 'rgba(250, 214, 96, 0.82)', 'rgba(255, 250, 232, 0.9)'],
    heaven: '#071022', horizon: '#1b3a63',
  },
  light: {
    sea: '#c9dae7', land: '#f4f3ee', shore: '#e9f2f8', coast: '#9db5c8', border: '#9aa0ae', state: '#d5d7da',
    net: 'rgba(40, 80, 120, 0.08)', country: '#6a7385', city: '#465264', marine: '#5f88ab', airport: '#2b86b4',
    airportName: '#1b6a94', runway: '#7d8a9d', halo: '#f9f8f4', night: '#1c3a6e', nightShade: 0.05, ring: '#3f6c9c',
    coverage: '#0d8a5c', measure: '#b4540a', own: '#334256',
    heat: ['rgba(90, 150, 220, 0)', 'rgba(84, 148, 226, 0.6)', 'rgba(72, 92, 206, 0.7)', 'rgba(158, 48, 168, 0.72)', 'rgba(216, 34, 84, 0.85)'],
    heaven: '#a9cbe6', horizon: '#e6f0f7',
  },
};
