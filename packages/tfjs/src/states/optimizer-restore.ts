import type { StateDict, Tensor as SavedTensor } from "@reprise/core";
import { keep, type Optimizer, Tensor, tidy, variable, Variable } from "@tensorflow/tfjs-core";
import { classNameOf } from "./class-name.ts";
import { isOptimizer, isPrimitive, isSlot, ownFields } from "./optimizer-capture.ts";
import { memberPath } from "./member-path.ts";
import { Place } from "./place.ts";
import { savedSignature, signatureOf, tensorOf } from "./saved-tensor.ts";

/** How an optimizer is brought to a saved state: nothing is done before it is known that all of it fits. */
export interface OptimizerPlan {
  readonly differences: string[];
  readonly steps: (() => void)[];
}

type Members = Record<string | number, unknown>;

/** A saved variable; `slot` is what kind of slot it is, if it is one. */
interface SavedVariable {
  readonly variable: SavedTensor;
  readonly slot?: string;
}

/** What a plan has to know of an optimizer beyond what it holds now. */
export interface OptimizerFacts {
  /** The fields that optimizers had from the start: every checkpoint has them. */
  readonly born: BornFields;
  /** Of the variables that the optimizer trains, as far as they are known. */
  readonly names: readonly string[];
}

export type BornFields = ReadonlyMap<Optimizer, ReadonlySet<string>>;

/** The fields of an optimizer, and of those within it. */
export function bornFields(optimizer: Optimizer): BornFields {
  const fields = ownFields(optimizer);
  const inner = fields.flatMap(([, value]) => (isOptimizer(value) ? [...bornFields(value)] : []));
  return new Map([[optimizer, new Set(fields.map(([key]) => key))], ...inner]);
}

export function planOptimizer(
  optimizer: Optimizer,
  saved: StateDict,
  { born, names }: OptimizerFacts,
): OptimizerPlan {
  const plan: OptimizerPlan = { differences: [], steps: [] };
  planOne(optimizer, saved, "");
  return plan;

  function planOne(owner: Optimizer, dict: StateDict, path: string): void {
    const name = classNameOf(owner, "Optimizer");
    const [fields, slots] = [dict[name], dict["slots"]];
    if (!isRecord(fields)) differ(memberPath(path, name), "absent in the checkpoint");
    else planFields(owner, fields, memberPath(path, name));
    if (!isMap(slots)) differ(memberPath(path, "slots"), "absent in the checkpoint");
    else planLists(owner, slots, path);
  }

  function planFields(owner: Optimizer, fields: Members, path: string): void {
    for (const [key, live] of ownFields(owner)) {
      if (Array.isArray(live) || Object.hasOwn(fields, key)) continue;
      if (born.get(owner)?.has(key)) differ(memberPath(path, key), "absent in the checkpoint");
      else plan.steps.push(() => drop(owner as unknown as Members, key));
    }
    for (const [key, value] of Object.entries(fields))
      planValue(owner as unknown as Members, key, value, memberPath(path, key));
  }

  function planLists(owner: Optimizer, lists: ReadonlyMap<unknown, unknown>, path: string): void {
    const members = owner as unknown as Members;
    for (const [key, live] of ownFields(owner))
      if (Array.isArray(live) && !lists.has(key)) planList(members, key, [], path);
    for (const [key, list] of lists) planList(members, String(key), list as unknown[], path);
  }

  function planList(owner: Members, key: string, values: readonly unknown[], path: string): void {
    const at = memberPath(path, key);
    const there = owner[key] ?? [];
    if (!Array.isArray(there)) return differ(at, "no list in the program");
    plan.steps.push(() => {
      owner[key] = there;
      for (const extra of there.splice(values.length)) dispose(extra);
    });
    const list = there as unknown as Members;
    for (const [i, value] of values.entries()) planValue(list, i, value, `${at}[${i}]`);
  }

  function planValue(owner: Members, key: string | number, value: unknown, path: string): void {
    const live = owner[key];
    const put = putter(owner, key, value);
    if (put) plan.steps.push(put);
    else differ(path, `${kindOf(value)} in the checkpoint, ${kindOf(live)} in the program`);
    if (isOptimizer(live) && isRecord(value)) planOne(live, value as StateDict, path);
  }

  /** What brings a member to its saved value, unless it cannot. */
  function putter(owner: Members, key: string | number, value: unknown): (() => void) | undefined {
    const live = owner[key];
    if (isPrimitive(value)) {
      return isPrimitive(live) ? () => void (owner[key] = value) : undefined;
    }
    if (isOptimizer(live)) return () => {};
    const isAbsent = live === undefined || live === null;
    if (isVariable(value)) {
      const { slot, variable: tensor } = value;
      if (isAbsent) return () => void (owner[key] = made(tensor, slot, key));
      const there = isSlot(live) ? live.variable : live;
      if (!(there instanceof Variable) || !areAlike(there, tensor)) return undefined;
      return () => Place.ofVariable(there).put(tensorOf(tensor));
    }
    if (savedSignature(value) === "nothing") return undefined;
    const tensor = value as SavedTensor;
    if (isAbsent) return () => void (owner[key] = keep(tensorOf(tensor)));
    if (!(live instanceof Tensor) || !areAlike(live, tensor)) return undefined;
    return () => Place.ofTensor(owner as Record<string, Tensor>, String(key)).put(tensorOf(tensor));
  }

  function made(tensor: SavedTensor, slot: string | undefined, index: string | number): unknown {
    const own = tidy(() => variable(tensorOf(tensor), false));
    const of = names[index as number] ?? index;
    return slot === undefined ? own : { originalName: `${of}/${slot}`, variable: own };
  }

  function differ(path: string, what: string): void {
    plan.differences.push(`${path}: ${what}`);
  }
}

function areAlike(live: Tensor, saved: SavedTensor): boolean {
  return signatureOf(live) === savedSignature(saved);
}

function drop(owner: Members, key: string): void {
  dispose(owner[key]);
  owner[key] = undefined;
}

function dispose(value: unknown): void {
  const held = isSlot(value) ? value.variable : value;
  if (held instanceof Tensor) held.dispose();
}

function kindOf(value: unknown): string {
  const held = isSlot(value) || isVariable(value) ? value.variable : value;
  if (held instanceof Tensor) return signatureOf(held);
  if (savedSignature(held) !== "nothing") return savedSignature(held);
  return isPrimitive(held) ? String(held) : "something else";
}

function isVariable(value: unknown): value is SavedVariable {
  return isRecord(value) && savedSignature(value["variable"]) !== "nothing";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === "[object Map]";
}
