/**
 * The grammar of the filter: a term is a text, `alt>30000`, `type:A388,A359`, `-from:FRA`. A flight is
 * shown when it satisfies every term. What is not known satisfies no term; a term with `-` or `!` in
 * front lets through exactly those that the term would not, so those of which it is not known too:
 * `-type:A388` is all but the A388s.
 */
import { FIELDS, fieldOf, type Airports, type Meaning, type Test } from './fields';
import { BadTerm, isExpression } from './patterns';

/** A term that can be used. */
export interface Term {
  /** As the address has it; parsing it gives the same term. */
  readonly text: string;
  /** As its chip shows it. */
  readonly label: string;
  readonly test: Test;
  /** True when flights come to satisfy it, or cease to, while nothing is heard of them. */
  readonly moving: boolean;
  /** True while an airport is being asked for: all flights pass meanwhile. */
  readonly waiting: boolean;
}

/** A term that cannot be used, as it was written, and a sentence on what to do. */
export interface Wrong {
  readonly text: string;
  readonly error: string;
}

export type Parsed = Term | Wrong;

/** Reads a term. Never throws. */
export function parse(written: string, airports: Airports = () => undefined): Parsed {
  const text = written.trim();
  try {
    const negated = /^[-!]/.test(text);
    const said = meaning(negated ? text.slice(1).trim() : text, airports);
    const { test, moving = false, waiting = false } = said;
    if (waiting) return { text: `${negated ? '-' : ''}${said.text}`, label: label(said, negated), moving, waiting, test: () => true };
    if (!negated) return { text: said.text, label: said.label, moving, waiting, test };
    return { text: `-${said.text}`, label: label(said, true), moving, waiting, test: (sky, slot, now) => !test(sky, slot, now) };
  } catch (error) {
    if (error instanceof BadTerm) return { text, error: error.message };
    throw error;
  }
}

/** Whether a text is meant as a term, good or bad, rather than as words to search for. */
export function isTerm(written: string): boolean {
  const text = written.trim().replace(/^[-!]/, '').trim();
  const [, name, sign] = NAMED.exec(text) ?? [];
  if (name !== undefined && sign !== undefined) return fieldOf(name) !== undefined;
  return isExpression(text) || (fieldOf(text) !== undefined && 'text' in parse(text) && !('error' in parse(text)));
}

/** Takes a line apart at its spaces; those within "quotes" and /expressions/ stay. */
export function split(line: string): string[] {
  const [terms, about]: [string[], { open: string | null }] = [[], { open: null }];
  let term = '';
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (about.open === null && /\s/.test(sign)) {
      if (term !== '') terms.push(term);
      term = '';
      continue;
    }
    term += sign;
    if (about.open !== null) {
      if (sign === '\\' && about.open === '/' && at + 1 < line.length) term += line[++at]!;
      else if (sign === about.open) about.open = null;
    } else if (sign === '"' || (sign === '/' && /^[-!]?([a-z0-9_]+[:=])?\/$/i.test(term))) about.open = sign;
  }
  return term === '' ? terms : [...terms, term];
}

const NAMED = /^([a-z0-9_]+)\s*(<=|>=|:<=|:>=|:<|:>|<|>|=|:)\s*(.*)$/is;

function meaning(text: string, airports: Airports): Meaning {
  if (text === '') throw new BadTerm('The term is empty: write one, such as alt>30000.');
  if (isExpression(text)) return fieldOf('cs')!.read(':', text, airports);
  const [, name, sign, value] = NAMED.exec(text) ?? [];
  const field = fieldOf(name ?? text);
  if (!field) {
    const names = FIELDS.map((one) => one.name).join(', ');
    if (name !== undefined) throw new BadTerm(`There is no filter “${name}”: there are ${names}.`);
    throw new BadTerm(`“${text}” is no filter: for callsigns write cs:${text}; there are also ${names}.`);
  }
  const bound = (sign ?? '').replace(/^:(?=[<>])/, '');
  return field.read(bound, (value ?? '').trim(), airports);
}

function label(said: Meaning, negated: boolean): string {
  return negated ? `not ${said.label.charAt(0).toLowerCase()}${said.label.slice(1)}` : said.label;
}
