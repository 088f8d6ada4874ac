/** What stands between the markers of a page, by the name in them. */
export type Parts = Readonly<Record<string, string>>;

/**
 * Puts `parts` between their markers in `page`, `<!-- begin NAME -->` and `<!-- end NAME -->`, instead of
 * what stood there. Throws for a part without its markers.
 */
export function fillIn(page: string, parts: Parts): string {
  let filled = page;
  for (const [name, part] of Object.entries(parts)) {
    const begin = `<!-- begin ${name} -->`;
    const end = `<!-- end ${name} -->`;
    const from = filled.indexOf(begin);
    const to = filled.indexOf(end);
    if (from < 0 || to < from) throw new Error(`Expected ${begin} and ${end} in the page.`);
    filled = `${filled.slice(0, from + begin.length)}\n\n${part}\n\n${filled.slice(to)}`;
  }
  return filled;
}
