import { messageOf, RepriseError } from "../errors.ts";
import type { TrainingEvent } from "../event.ts";
import { describePosition, type Position } from "../position/position.ts";

/** A checkpoint is what a resume would go on from. */
export function saved(position: Position, name: string, bytes: number): TrainingEvent {
  const message = `saved ${name} at ${describePosition(position)}`;
  return { type: "saved", position, name, bytes, message };
}

/** A save waited for the one before it for so long that a newer one took its place. */
export function replaced(position: Position): TrainingEvent {
  const message = `a newer save, at ${describePosition(position)}, replaced one that waited`;
  return { type: "saveSuperseded", position, message };
}

/** Saves of several steps hold the same bytes. */
export function notChanged(tensors: readonly string[]): TrainingEvent {
  const message =
    `not changed since step 0: ${tensors.join(", ")}. Was it reassigned? ` +
    `{ frozen: ${JSON.stringify(tensors)} } silences this.`;
  return { type: "unchanged", tensors, message };
}

/** What a save failed of. */
export function saveFailure(position: Position, cause: unknown): RepriseError {
  const where = describePosition(position);
  return new RepriseError(
    "SAVE_FAILED",
    `The save at ${where} failed; the last good checkpoint is untouched. ${messageOf(cause)}`,
    { cause, details: { position } },
  );
}
