import assert from "node:assert/strict";
import type { Life } from "./life.ts";
import { acknowledgedIn, isOver, leftoversIn, resultIn } from "./remains.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Starts the training in `folder` once more, as whatever supervises it does, and rejects unless all
 * is as promised: it goes on from no less than was acknowledged, ends with the same bits as one that
 * nothing happened to, and leaves nothing behind that such a one would not.
 */
export async function bringToEnd(workshop: Workshop, folder: string): Promise<void> {
  const acknowledged = await acknowledgedIn(folder);
  const wasOver = await checkIfOver(workshop, folder);
  const life = await workshop.live(folder);
  assert.equal(life.exitCode, 0, `The training cannot be brought to its end.\n${describe(life)}`);
  // The start after the last act of a training is the first of a new one.
  if (!wasOver) checkStart(life, acknowledged);
  assert.equal(life.result, workshop.undisturbed, `The result differs.\n${describe(life)}`);
  assert.deepEqual(await leftoversIn(folder), workshop.leftovers, "Something was left behind.");
}

/** Rejects when a life went on from less than what was acknowledged before it. */
export function checkStart(life: Life, acknowledged: number): void {
  if (life.from === undefined) return;
  assert.ok(
    life.from >= acknowledged,
    `Step ${acknowledged} was acknowledged, and the next life went on from ${life.from}.\n${describe(life)}`,
  );
}

/** Whether the training in `folder` is over; rejects when it is and its result is not there. */
export async function checkIfOver(workshop: Workshop, folder: string): Promise<boolean> {
  const over = await isOver(folder);
  if (over) {
    assert.equal(
      await resultIn(folder),
      workshop.undisturbed,
      "It is over, and its result differs.",
    );
  }
  return over;
}

/** A life for messages. */
export function describe({ exitCode, signal, lines, stderr }: Life): string {
  return [`ended by ${signal ?? `exit code ${exitCode}`}`, ...lines.slice(-6), stderr].join("\n");
}
