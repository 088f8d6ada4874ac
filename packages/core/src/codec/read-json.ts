/** Deeper JSON than anything that Reprise writes. */
const maxJsonDepth = 256;

/**
 * Parses JSON that anybody may have written: throws for nesting without end, before a parser could
 * recurse into it, and for an object that has a key twice, of which parsers keep only one.
 */
export function readJson(text: string): unknown {
  const members = countMembers(text);
  const value: unknown = JSON.parse(text);
  if (countKeys(value) !== members) throw new SyntaxError("an object has the same key twice");
  return value;
}

// Every member of an object has one colon outside strings.
function countMembers(text: string): number {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfString(text, i + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > maxJsonDepth) throw new SyntaxError(`nested more than ${maxJsonDepth} deep`);
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x3a: // :
        members++;
        break;
      default:
    }
  }
  return members;
}

// The index of the quotation mark that ends the string that began before `start`.
function endOfString(text: string, start: number): number {
  for (let from = start; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return text.length;
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 0x5c && quote - 1 - escapes >= start) escapes++;
    if (escapes % 2 === 0) return quote;
    from = quote + 1;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const values = Object.values(value);
  let count = Array.isArray(value) ? 0 : values.length;
  for (const child of values) count += countKeys(child);
  return count;
}
