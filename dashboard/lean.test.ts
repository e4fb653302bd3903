import { expect, test } from 'vitest';
import { withoutUnused } from './lean';

const unused = /popup|logo/;

test('a rule of something unused goes, the others stay', () => {
  expect(withoutUnused('.map{top:0}.popup{left:0}.popup .tip{left:1px}.scale{right:0}', unused)).toBe('.map{top:0}.scale{right:0}');
});

test('of a list of selectors only the unused ones go', () => {
  expect(withoutUnused('.map,.popup:hover,.scale{top:0}', unused)).toBe('.map,.scale{top:0}');
});

test('a media block keeps what is used in it, and goes when nothing is', () => {
  expect(withoutUnused('@media print{.logo{top:0}.map{top:1px}}@media screen{.logo{top:0}}.map{left:0}', unused))
    .toBe('@media print{.map{top:1px}}.map{left:0}');
});

test('steps of an animation stay', () => {
  const css = '@keyframes turn{0%{top:0}to{top:1px}}';
  expect(withoutUnused(css, unused)).toBe(css);
});
