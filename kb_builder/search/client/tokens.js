// Cuts a folded query into terms; tokens.py does the same with the text of pages.

const IDEOGRAPHS =
  "\\u3005-\\u3007\\u3041-\\u3096\\u30a1-\\u30fa\\u30fc\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\u{20000}-\\u{3ffff}";
const LETTERS = `(?:(?![${IDEOGRAPHS}])[\\p{L}\\p{N}])+`;
const TOKEN = new RegExp(`([${IDEOGRAPHS}]+)|${LETTERS}(?:[-_.]${LETTERS})*`, "gu");
const IDEOGRAPH = new RegExp(`^[${IDEOGRAPHS}]`, "u");
const PART = /[\p{L}\p{Nl}\p{No}]+|\p{Nd}+/gu;
const PLAIN = /^[a-z]+$/;

/** Whether the character at a place in a text is of a script without spaces. */
export function isIdeograph(text, place = 0) {
  const isSecondHalf = /[\udc00-\udfff]/.test(text[place] ?? "");
  return IDEOGRAPH.test(text.slice(Math.max(0, isSecondHalf ? place - 1 : place)));
}

/** Yield `{term, start, end, plain}` from left to right. */
export function* readTokens(text, limits) {
  for (const match of text.matchAll(TOKEN)) {
    if (match[1]) yield* pairs(match[0], match.index);
    else yield* wordTokens(match[0], match.index, limits);
  }
}

function* pairs(run, start) {
  const characters = [...run];
  if (characters.length === 1) yield { term: run, start, end: start + run.length, plain: false };
  for (let i = 0; i + 1 < characters.length; i++) {
    const term = characters[i] + characters[i + 1];
    yield { term, start, end: start + term.length, plain: false };
    start += characters[i].length;
  }
}

function* wordTokens(word, start, limits) {
  const parts = [...word.matchAll(PART)];
  if (parts.length <= limits.parts) {
    for (const { 0: part, index } of parts) {
      const plain = PLAIN.test(part);
      const from = start + index;
      yield { term: plain ? stem(part) : number(part), start: from, end: from + part.length, plain };
    }
  }
  const whole = parts.map(([part]) => number(part)).join("-");
  if (parts.length > 1 && [...whole].length <= limits.whole) {
    yield { term: whole, start, end: start + word.length, plain: false };
  }
}

function number(part) {
  return part.replace(/^0+(?=.)/u, "");
}

/** Return an English word without its commonest endings. */
export function stem(word) {
  if (word.length < 4) return word;
  if (word.endsWith("ies") && word.length > 4) word = word.slice(0, -3) + "y";
  else if (word.endsWith("s") && !"sui".includes(word.at(-2))) word = word.slice(0, -1);
  for (const ending of ["ing", "ed"]) {
    if (!word.endsWith(ending)) continue;
    const base = word.slice(0, -ending.length);
    if (base.length >= 3 && /[aeiouy]/.test(base) && !(ending === "ed" && base.endsWith("e"))) {
      word = base.at(-1) === base.at(-2) && !"lsz".includes(base.at(-1)) ? base.slice(0, -1) : base;
    }
    break;
  }
  return word.length > 3 && word.endsWith("e") ? word.slice(0, -1) : word;
}

/** Return what is left of a folded text when only its letters and numbers count. */
export function key(folded) {
  return [...folded.matchAll(PART)].map(([part]) => number(part)).join("");
}
