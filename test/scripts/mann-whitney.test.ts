// The statistic that the fault run reports beside its medians.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mannWhitney } from '../../scripts/faults/mann-whitney.ts';

const upTo = (count: number, shift = 0) => Array.from({ length: count }, (_, index) => index + shift);

test('two samples have the p-value that the textbook gives them', () => {
  // Ages at which five men and four women were diagnosed: U = 17, p = 0.1113 by the same approximation.
  assert.ok(Math.abs(mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]) - 0.111_347) < 1e-5);
});

test('it does not matter which sample comes first', () => {
  const [one, other] = [upTo(30), upTo(30, 7)];
  assert.equal(mannWhitney(one, other), mannWhitney(other, one));
});

test('one source is likely for equal samples, ties or none, and not for samples apart', () => {
  assert.ok(mannWhitney(upTo(40), upTo(40)) > 0.999);
  assert.equal(mannWhitney([5, 5, 5], [5, 5, 5]), 1);
  assert.ok(mannWhitney(upTo(40), upTo(40, 20)) < 0.001);
});
