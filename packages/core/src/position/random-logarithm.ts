/**
 * The natural logarithm of a number in (0, 1], within a few units in the last place. `Math.log` may
 * differ in its last bits from engine to engine and from version to version; this uses only operations
 * whose results IEEE 754 fixes, so a run that is resumed elsewhere draws the same normal numbers.
 */
export function logarithm(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  // ln m = 2 artanh(s), s = (m − 1) / (m + 1). With |s| < 0.172, twelve terms reach double precision.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let odd = 23; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return 2 * s * sum + exponent * Math.LN2;
}
