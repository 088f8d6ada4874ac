import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A fenced block of a page, as it stands there. */
export interface CodeBlock {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** The fenced blocks of all README files and of every page in `docs/`. */
export function readCodeBlocks(): CodeBlock[] {
  const docs = readdirSync(`${root}/docs`).map((name) => `docs/${name}`);
  const packages = readdirSync(`${root}/packages`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packages/${name}/README.md`);
  return ["README.md", "CONTRIBUTING.md", ...packages, ...docs]
    .filter((page) => page.endsWith(".md"))
    .flatMap(blocksOf);
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
