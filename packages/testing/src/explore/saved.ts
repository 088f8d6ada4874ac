import { decodeCheckpoint, materialize, type Position } from "@reprise/core";
import { type Difference, firstDifference } from "../bits/first-difference.ts";
import { durableState, type Image, newestCheckpoint } from "./image.ts";
import type { Life } from "./life.ts";

/** The image after each save of a life. */
export function savesOf<Result>({ changes }: Life<Result>): readonly Image[] {
  return changes.filter(({ save }) => save !== undefined).map(({ image }) => image);
}

/** The first place at which the newest checkpoints of two images differ. */
export async function savedDifference(a: Image, b: Image): Promise<Difference | undefined> {
  return firstDifference(await savedIn(a), await savedIn(b));
}

/** Where a life begins to save something else than the undisturbed one does. */
export interface Astray {
  /** The training steps that had been done by then. */
  readonly step: number;
  readonly difference: Difference;
}

/** Compares what two lives have saved at the same positions. */
export async function firstAstray<Result>(
  life: Life<Result>,
  undisturbed: Life<Result>,
): Promise<Astray | undefined> {
  const known = new Map<string, Image>();
  for (const image of savesOf(undisturbed)) known.set(await positionIn(image), image);
  for (const image of savesOf(life)) {
    const position = await positionIn(image);
    const other = known.get(position);
    if (other === undefined || durableState(image) === durableState(other)) continue;
    const difference = await savedDifference(image, other);
    if (difference) return { step: (JSON.parse(position) as Position).step, difference };
  }
  return undefined;
}

async function positionIn(image: Image): Promise<string> {
  return JSON.stringify((await savedIn(image))?.position);
}

/** What the newest checkpoint holds, as plain data. */
async function savedIn(image: Image): Promise<{ readonly position: Position } | undefined> {
  const newest = newestCheckpoint(image);
  if (newest === undefined) return undefined;
  const { name, bytes } = newest;
  const { metadata, roots } = await decodeCheckpoint({
    name,
    where: "the store under test",
    read: async ({ start, end }) => bytes.slice(start, end),
  });
  const { position } = metadata;
  const values = Object.entries(roots).map(([root, tree]) => [root, materialize(tree)]);
  return { position, ...Object.fromEntries(values) };
}
