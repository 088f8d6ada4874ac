import nodeCrypto from "node:crypto";
import { keyedRandom, withMathRandom } from "@reprise/core";

/** Each takes something from outside, in one line. */
export const unkeyed: Readonly<Record<string, () => unknown>> = {
  "Math.random": () => Math.random(),
  "Date.now": () => Date.now(),
  "new Date()": () => new Date().getTime(),
  "Date()": () => Date(),
  "performance.now": () => performance.now(),
  "crypto.getRandomValues": () => crypto.getRandomValues(new Uint8Array(8)),
  "crypto.randomUUID": () => crypto.randomUUID(),
  "process.hrtime": () => process.hrtime(),
  "process.hrtime.bigint": () => process.hrtime.bigint(),
  "node:crypto.randomBytes": () => nodeCrypto.randomBytes(8).toString("hex"),
  "node:crypto.randomInt": () => nodeCrypto.randomInt(2 ** 40),
  "node:crypto.randomUUID": () => nodeCrypto.randomUUID(),
  "node:crypto.randomFillSync": () => nodeCrypto.randomFillSync(new Uint8Array(8)),
};

const random = keyedRandom(42);

/** What is keyed, or no chance at all. */
export const keyed: Readonly<Record<string, () => unknown>> = {
  keyedRandom: () => random("dropout", 1, 2).next(),
  withMathRandom: () => withMathRandom(random("library", 1), () => [Math.random(), Math.random()]),
  "a date that is given": () => [new Date(5), Date.UTC(2020, 1), Date.parse("2020-01-01")],
};
