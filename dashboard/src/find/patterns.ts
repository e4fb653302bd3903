/**
 * What a text must look like: whole, beginning, or anywhere in it; with `*` and `?`; or a regular
 * expression. Filters come in shared links, so an expression that could take long is refused: texts
 * of a flight have at most 24 letters, and with MOST_CHOICES places where a matcher may go two ways
 * there are few thousand ways in all.
 */

/** A term cannot be used; the message is the sentence that its chip shows. */
export class BadTerm extends Error {
  override name = 'BadTerm';
}

/** Where in the text the value must be. */
export type Where = 'whole' | 'begins' | 'within';
export type Matches = (text: string) => boolean;

const LONGEST = 100;
const MOST_CHOICES = 4;

/** Reads `/expression/`, `D-A?*` or a plain value. Case never counts. Throws BadTerm. */
export function pattern(value: string, where: Where): Matches {
  if (isExpression(value)) return expression(value.slice(1, -1));
  const wanted = value.toUpperCase();
  if (/[*?]/.test(value)) {
    if (value.length > LONGEST) throw new BadTerm(`A pattern has at most ${LONGEST} characters.`);
    return (text) => fits(text.toUpperCase(), wanted);
  }
  if (where === 'begins') return (text) => text.toUpperCase().startsWith(wanted);
  if (where === 'within') return (text) => text.toUpperCase().includes(wanted);
  return (text) => text.toUpperCase() === wanted;
}

export function isExpression(value: string): boolean {
  return value.length > 1 && value.startsWith('/') && value.endsWith('/');
}

/** Whether a text fits a pattern of `*` and `?`; linear but for the last star, so never slow. */
function fits(text: string, wanted: string): boolean {
  let [at, in_, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    if (wanted[in_] === '*') [star, from] = [in_++, at];
    else if (wanted[in_] === '?' || wanted[in_] === text[at]) [in_, at] = [in_ + 1, at + 1];
    else if (star >= 0) [in_, at] = [star + 1, ++from];
    else return false;
  }
  while (wanted[in_] === '*') in_++;
  return in_ === wanted.length;
}

/** Compiles an expression that cannot take long. Throws BadTerm. */
function expression(source: string): Matches {
  if (source === '') throw new BadTerm('The expression between the slashes is empty: write one, such as /^DLH[0-9]+/.');
  if (source.length > LONGEST) throw new BadTerm(`A regular expression has at most ${LONGEST} characters.`);
  let compiled: RegExp;
  try {
    compiled = new RegExp(source, 'i');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*\/i?: /, '') : String(error);
    throw new BadTerm(`/${source}/ is not a regular expression: ${why.charAt(0).toLowerCase()}${why.slice(1)}.`);
  }
  const danger = dangerOf(source);
  if (danger) throw new BadTerm(`/${source}/ could take too long: ${danger}.`);
  return (text) => compiled.test(text);
}

/** Why an expression, which is valid, could take long; null if it cannot. */
export function dangerOf(source: string): string | null {
  let choices = 0;
  const groups: boolean[] = []; // by open group: whether it holds a choice or a repetition
  let closed = false; // whether what stands before is a group that does
  for (let at = 0; at < source.length; at++) {
    const sign = source[at]!;
    const repetition = repetitionAt(source, at);
    const after = closed;
    closed = false;
    if (repetition) {
      if (after) return 'a group that repeats or chooses is itself repeated; repeat a single character or [class] instead';
      if (repetition.most > LONGEST) return `it repeats more than ${LONGEST} times`;
      if (repetition.varies) choices++;
      if (groups.length > 0) groups[groups.length - 1] = true;
      at += repetition.length - 1;
    } else if (sign === '\\') {
      if (/[1-9k]/.test(source[at + 1] ?? '')) return 'it refers back to a group';
      at++;
    } else if (sign === '[') {
      at = endOfClass(source, at);
    } else if (sign === '(') {
      if (/^\(\?<?[=!]/.test(source.slice(at, at + 4))) return 'it looks ahead or behind';
      groups.push(false);
      if (source[at + 1] === '?') at = source[at + 2] === '<' ? source.indexOf('>', at) : at + 2;
    } else if (sign === ')') {
      closed = groups.pop() ?? false;
      if (closed && groups.length > 0) groups[groups.length - 1] = true;
    } else if (sign === '|' && groups.length > 0) {
      if (!groups[groups.length - 1]) choices++;
      groups[groups.length - 1] = true;
    }
    if (choices > MOST_CHOICES) return `it has more than ${MOST_CHOICES} places with *, +, ?, {,} or (a|b)`;
  }
  return null;
}

/** The `*`, `+?`, `{2,5}` that begins here, and whether it leaves a choice. */
function repetitionAt(source: string, at: number): { length: number; varies: boolean; most: number } | null {
  const [written, least, rest] = /^(?:[*+?]|\{(\d+)(,\d*)?\})\??/.exec(source.slice(at)) ?? [];
  if (written === undefined) return null;
  const most = Math.max(Number(least ?? 0), Number(rest?.slice(1) ?? 0));
  return { length: written.length, varies: least === undefined || rest !== undefined, most };
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') at += source[at] === '\\' ? 2 : 1;
  return at;
}
