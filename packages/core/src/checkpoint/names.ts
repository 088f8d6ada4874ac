/** What the name of an entry says. Anything else in a store is foreign and stays untouched. */
export interface EntryName {
  readonly kind: "lease" | "beat" | "checkpoint" | "ledger" | "temporary";
  readonly fence: number;
  /** 0 where a name has none. */
  readonly sequence: number;
}

// At most 12 digits, so that every number is a safe integer; no leading zeros, so that one number
// has one name. Numbers are compared as numbers: text order would put 10 before 9.
const number = "-(0|[1-9][0-9]{0,11})";
const pattern = new RegExp(
  `^(?:(lease|beat)${number}\\.json|(checkpoint)${number}${number}\\.safetensors` +
    `|(ledger)${number}${number}\\.jsonl)(\\.[0-9a-f]{16}\\.tmp)?$`,
);

export function leaseName(fence: number): string {
  return `lease-${fence}.json`;
}

export function checkpointName(fence: number, sequence: number): string {
  return `checkpoint-${fence}-${sequence}.safetensors`;
}

export function ledgerName(fence: number, sequence: number): string {
  return `ledger-${fence}-${sequence}.jsonl`;
}

export function beatName(fence: number): string {
  return `beat-${fence}.json`;
}

/**
 * The name under which a store keeps the bytes of the entry `name` before it is visible. It carries
 * the fence of the entry and a `nonce` of 16 hexadecimal digits, so that two runs never share one
 * and the leftovers of a dead run can be told from the work of a living one.
 */
export function temporaryName(name: string, nonce: string): string {
  return `${name}.${nonce}.tmp`;
}

/** Reads a name, or returns `undefined` for a foreign one. */
export function parseEntryName(name: string): EntryName | undefined {
  const match = pattern.exec(name);
  if (match === null) return undefined;
  // Of the alternatives only one has matched.
  const [kind, fence, sequence = 0] = match.slice(1, 9).filter(Boolean);
  return {
    kind: match[9] ? "temporary" : (kind as EntryName["kind"]),
    fence: Number(fence),
    sequence: Number(sequence),
  };
}
