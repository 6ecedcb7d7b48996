// Chooses what of a page is shown with a result, and marks the words that were looked for.

import { isIdeograph } from "./tokens.js";

const WORD_BEFORE = /[\p{L}\p{N}]$/u;
const WORD_AFTER = /^[\p{L}\p{N}]*/u;
const SENTENCE_END = /[。！？；!?;]\s*/g;
const LEAD = 24;
// Sections of pages, once folded.
const folds = new WeakMap();

/** Return what to look for in texts: for each matched slot its folded words, and whether they stand alone. */
export function needles(matched, boot) {
  const words = (term) => (term.startsWith("~") ? boot.concepts[Number(term.slice(1))][1] : [term]);
  // Where the whole of an id is, its parts are looked for nowhere else.
  const wholes = matched.filter(({ term }) => term.includes("-")).flatMap(({ spans }) => spans);
  const isPart = ([start, end]) => wholes.some(([from, to]) => from <= start && end <= to && end - start < to - from);
  return matched
    .filter(({ spans }) => !spans.every(isPart))
    .map(({ term, others, weight }) => ({
      weight,
      words: [term, ...others.keys()].flatMap(words).map((word) => ({ word, alone: !isIdeograph(word) })),
    }));
}

/** Return where the needles are in a text: `{start, end, needle}`, from left to right. */
export function occurrences(text, sought, fold) {
  return occurrencesIn(foldWithOrigin(text, fold), sought);
}

function occurrencesIn([folded, origin], sought) {
  const found = [];
  sought.forEach(({ words }, needle) => {
    for (const { word, alone } of words) {
      for (let [at, end] of places(folded, word)) {
        if (alone && WORD_BEFORE.test(folded.slice(Math.max(0, at - 2), at))) continue;
        if (alone) end += WORD_AFTER.exec(folded.slice(end, end + 12))[0].length;
        found.push({ start: origin(at), end: origin(end - 1, true), needle });
      }
    }
  });
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Yield where a word begins and ends; parts of an id may be joined in several ways, and numbers begin with noughts. */
function* places(folded, word) {
  if (word.includes("-")) {
    const pattern = word.split("-").map((part) => `0*${part}`).join("[-_.]");
    for (const { 0: found, index } of folded.matchAll(new RegExp(pattern, "gu"))) yield [index, index + found.length];
  } else if (word) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) yield [at, at + word.length];
  }
}

/** Return the parts of a text to mark, as pairs of start and end that do not touch. */
export function marks(found) {
  const merged = [];
  for (const { start, end } of found) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Return the section that holds most of what was looked for: `{anchor, heading, excerpt, marks, headingMarks}`. */
export function excerpt(sections, sought, fold, length) {
  let best = { worth: -1 };
  for (const section of sections) {
    const [anchor, heading, text] = section;
    if (!folds.has(section)) folds.set(section, [foldWithOrigin(heading, fold), foldWithOrigin(text, fold)]);
    const [inHeading, inText] = folds.get(section).map((folded) => occurrencesIn(folded, sought));
    // A heading says what the whole section is about.
    const worth = 2 * worthOf([...inHeading, ...inText], sought) + worthOf(inHeading, sought);
    if (worth > best.worth) best = { worth, anchor, heading, text, inHeading, inText };
  }
  if (best.worth < 0) return { anchor: "", heading: "", excerpt: "", marks: [], headingMarks: [] };
  const { anchor, heading, text, inHeading, inText } = best;
  const [from, to] = stretch(text, inText, sought, length);
  const before = from > 0 ? "…" : "";
  const shift = before.length - from;
  return {
    anchor,
    heading,
    excerpt: before + text.slice(from, to) + (to < text.length ? "…" : ""),
    marks: marks(inText.filter(({ start, end }) => start >= from && end <= to)).map(([a, b]) => [a + shift, b + shift]),
    headingMarks: marks(inHeading),
  };
}

function worthOf(found, sought) {
  let sum = 0;
  for (const needle of new Set(found.map((each) => each.needle))) sum += sought[needle].weight;
  return sum;
}

/** Return the part of a text that holds most, from the beginning of a sentence where one is near. */
function stretch(text, found, sought, length) {
  let from = 0;
  let best = 0;
  let worth = 0;
  let next = 0;
  const inside = sought.map(() => 0);
  for (const { start, needle } of found) {
    for (; next < found.length && found[next].end <= start + length - LEAD; next++) {
      if (!inside[found[next].needle]++) worth += sought[found[next].needle].weight;
    }
    if (worth > best) [best, from] = [worth, start];
    if (inside[needle] && !--inside[needle]) worth -= sought[needle].weight;
  }
  const lead = text.slice(Math.max(0, from - LEAD), from);
  const ends = [...lead.matchAll(SENTENCE_END)];
  from -= ends.length ? lead.length - ends.at(-1).index - ends.at(-1)[0].length : lead.length;
  return [from, Math.min(text.length, from + length)];
}

/** Fold a text; the function returned tells where a place in it came from. */
function foldWithOrigin(text, fold) {
  const folded = fold(text);
  if (folded.length === text.length) return [folded, (place, end) => place + (end ? 1 : 0)];
  const places = [];
  let place = 0;
  for (const character of text) {
    for (let i = fold(character).length; i; i--) places.push([place, place + character.length]);
    place += character.length;
  }
  return [folded, (at, end) => places[at][end ? 1 : 0]];
}
