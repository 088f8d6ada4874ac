import { parseEntryName } from "@reprise/core";

/** One thing that a racer did. */
export interface JournalLine {
  readonly name: string;
  readonly kind: string;
  readonly value: string;
}

/** What is known of a race when all of its racers have ended. */
export interface RaceRecord {
  /** All that was done, in the order in which it was done. */
  readonly journal: readonly JournalLine[];
  /** What is in the directory of the run. */
  readonly leftovers: readonly string[];
  /** The result of a training that nothing happened to. */
  readonly undisturbed: string;
}

export function parseJournal(text: string): JournalLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", kind = "", value = ""] = line.split(" ");
      return { name, kind, value };
    });
}

/**
 * What was lost in a race, in words; nothing, if each racer was either refused or trained alone, none
 * went on from before what an earlier one had been told was saved, and one came to the result of an
 * undisturbed training. A racer that was taken over on purpose may compute until it finds out, which
 * it does at its next save, and may hear late of a save that its successor went on from.
 */
export function judge(
  { journal, leftovers, undisturbed }: RaceRecord,
  { takenOver = [] }: { readonly takenOver?: readonly string[] } = {},
): string[] {
  return [
    ...besideAnother(journal, takenOver),
    ...forgotten(journal),
    ...results(journal, undisturbed),
    ...litter(leftovers),
  ];
}

const trainingKinds = new Set(["began", "step", "saved", "completed"]);

function besideAnother(journal: readonly JournalLine[], takenOver: readonly string[]): string[] {
  const losses = new Set<string>();
  const past = new Set<string>();
  let current: JournalLine | undefined;
  for (const line of journal) {
    const { name, kind, value } = line;
    if (!trainingKinds.has(kind)) continue;
    if (kind === "began") {
      if (current !== undefined) past.add(current.name);
      current = line;
    } else if (name !== current?.name && past.has(name)) {
      const isKnown = kind === "saved" && Number(value) <= Number(current?.value);
      if (takenOver.includes(name) && (kind === "step" || isKnown)) continue;
      losses.add(`${name} ${kind} ${value} while ${current?.name} held the run`);
    }
  }
  return [...losses];
}

function forgotten(journal: readonly JournalLine[]): string[] {
  const losses: string[] = [];
  let saved = 0;
  for (const { name, kind, value } of journal) {
    if (kind === "saved") saved = Math.max(saved, Number(value));
    if (kind === "began" && Number(value) < saved) {
      losses.push(`${name} went on from step ${value}, though step ${saved} was saved`);
    }
  }
  return losses;
}

function results(journal: readonly JournalLine[], undisturbed: string): string[] {
  const found = journal.filter(({ kind }) => kind === "completed");
  if (found.length !== 1) return [`${found.length} racers completed the training`];
  return found
    .filter(({ value }) => value !== undisturbed)
    .map(({ name, value }) => `${name} ended with ${value} instead of ${undisturbed}`);
}

/** A finished directory holds one tiny file. */
function litter(leftovers: readonly string[]): string[] {
  const [lease, ...others] = leftovers.toSorted((a) => (isLease(a) ? -1 : 1));
  if (lease !== undefined && isLease(lease) && others.length === 0) return [];
  return [`left in the directory: ${leftovers.join(", ") || "nothing"}`];
}

function isLease(name: string): boolean {
  return parseEntryName(name)?.kind === "lease";
}
