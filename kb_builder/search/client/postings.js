// Reads the pages of a term; postings.py writes them and says how.

const LAST = 45;
const VALUES = new Map();
for (let code = 33; code < 127; code++) {
  const character = String.fromCharCode(code);
  if (!'"\\<'.includes(character)) VALUES.set(code, VALUES.size);
}

/** Return the numbers of the pages, and for each its figures: place times `impacts` plus impact. */
export function decode(text, impacts) {
  const kinds = 4 * impacts;
  const more = VALUES.size - kinds - LAST;
  const pages = [];
  const figures = [];
  let kind = 0;
  let page = -1;
  let distance = 0;
  for (let i = 0; i < text.length; i++) {
    const value = VALUES.get(text.charCodeAt(i));
    if (value < kinds) {
      kind = value;
      page = -1;
    } else if (value < kinds + LAST) {
      page += distance * LAST + value - kinds + 1;
      distance = 0;
      pages.push(page);
      figures.push(kind);
    } else {
      distance = distance * more + value - kinds - LAST + 1;
    }
  }
  return { pages, figures };
}
