import { describe, expect, test } from "@jest/globals";
import {
  beatName,
  checkpointName,
  leaseName,
  ledgerName,
  parseEntryName,
  temporaryName,
} from "../../src/checkpoint/names.ts";

const nonce = "0123456789abcdef";

describe("the name of an entry", () => {
  test.each([
    [leaseName(7), { kind: "lease", fence: 7, sequence: 0 }],
    [beatName(7), { kind: "beat", fence: 7, sequence: 0 }],
    [checkpointName(7, 12), { kind: "checkpoint", fence: 7, sequence: 12 }],
    [ledgerName(7, 12), { kind: "ledger", fence: 7, sequence: 12 }],
    [ledgerName(0, 0), { kind: "ledger", fence: 0, sequence: 0 }],
    [leaseName(999_999_999_999), { kind: "lease", fence: 999_999_999_999, sequence: 0 }],
  ])("%s says what it is", (name, entry) => {
    expect(parseEntryName(name)).toEqual(entry);
    expect(parseEntryName(temporaryName(name, nonce))).toEqual({
      ...entry,
      kind: "temporary",
    });
  });

  test.each([
    "",
    "notes.txt",
    "lease-1.jsonl",
    "lease-1-1.json",
    "beat-1-1.json",
    "beat-01.json",
    "ledger-1.jsonl",
    "ledger-1-1.json",
    "ledger-1-1-1.jsonl",
    "ledger-1-01.jsonl",
    "ledger--1-1.jsonl",
    "ledger-1-1.jsonl ",
    "xledger-1-1.jsonl",
    "ledger-1-1.jsonl\n",
    "ledger-1-1234567890123.jsonl",
    "checkpoint-1.safetensors",
    "checkpoint-1-1.jsonl",
    "Ledger-1-1.jsonl",
    `ledger-1-1.jsonl.${nonce}`,
    `ledger-1-1.jsonl.${nonce.toUpperCase()}.tmp`,
    `ledger-1-1.jsonl.${nonce}.tmp.${nonce}.tmp`,
    `notes.${nonce}.tmp`,
  ])("%j is foreign", (name) => {
    expect(parseEntryName(name)).toBeUndefined();
  });
});
