import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A fenced block of a page, as it stands there. */
export interface CodeBlock {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The fenced blocks of the README and of every page in `docs/`. */
export function readCodeBlocks(): CodeBlock[] {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    ...readdirSync(`${root}/docs`).map((name) => `docs/${name}`),
  ];
  return pages.filter((page) => page.endsWith(".md")).flatMap((page) => blocksOf(page));
}

function blocksOf(page: string): CodeBlock[] {
  const text = readFileSync(`${root}/${page}`, "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    page,
    language,
    code,
  }));
}

/** The scripts that `npm run` knows. */
export function readScripts(): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  return new Set(Object.keys(manifest.scripts));
}
