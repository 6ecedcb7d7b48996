// Cuts what a person typed into slots, each one thing to look for; query.py does the same.

import { isIdeograph, readTokens, stem } from "./tokens.js";

const JOINTS = "-_.";
const HUMP = /[a-z0-9](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g;

/** Return `{text, folded, origin, slots}`; `origin` maps places in `folded` to where their character is in `text`. */
export function readQuery(typed, boot) {
  const text = [...typed].slice(0, boot.limits.query).join("");
  const origin = [];
  let folded = "";
  let place = 0;
  for (const character of text) {
    const piece = boot.fold(character);
    for (let i = 0; i < piece.length; i++) origin.push([place, place + character.length]);
    folded += piece;
    place += character.length;
  }
  const asked = [...readTokens(folded.replace(boot.questions, (words) => " ".repeat(words.length)), boot.limits)];
  const tokens = asked.length ? asked : [...readTokens(folded, boot.limits)];
  const telling = tokens.filter(({ start, end }) => !boot.stopWords.has(folded.slice(start, end)));
  const slots = new Map();
  for (const token of telling.length ? telling : tokens) {
    const { term, start, end, plain } = token;
    if (slots.has(term)) slots.get(term).spans.push([start, end]);
    else if (slots.size < boot.limits.slots) {
      const parts = plain ? humps(token, text, origin, boot.fold) : [];
      const last = end === folded.length;
      slots.set(term, { term, spans: [[start, end]], plain, last, humps: parts, others: new Map() });
    }
  }
  for (const [start, end, concepts] of phrases(tokens, boot)) {
    for (const slot of slots.values()) {
      if (!slot.spans.some(([from, to]) => start <= from && to <= end)) continue;
      for (const [term, weight] of concepts) slot.others.set(term, weight);
    }
  }
  return { text, folded, origin, slots: [...slots.values()] };
}

function* phrases(tokens, boot) {
  for (let first = 0; first < tokens.length; first++) {
    for (let length = Math.min(boot.longest, tokens.length - first); length; length--) {
      const phrase = tokens.slice(first, first + length);
      const concepts = boot.phrases.get(phrase.map(({ term }) => term).join(" "));
      if (concepts) {
        yield [phrase[0].start, phrase.at(-1).end, concepts];
        break;
      }
    }
  }
}

function humps({ start, end }, text, origin, fold) {
  const word = text.slice(origin[start][0], origin[end - 1][1]);
  const cuts = word.length === end - start ? [...word.matchAll(HUMP)].map(({ index }) => index + 1) : [];
  if (!cuts.length) return [];
  return [0, ...cuts].map((from, i) => {
    const to = cuts[i] ?? word.length;
    return { term: stem(fold(word.slice(from, to))), start: start + from, end: start + to };
  });
}

/** Return the words of a query, as typed, that the matched slots leave out. */
export function missingWords({ text, folded, origin, slots }, matched, { particles }) {
  const wanted = new Uint8Array(folded.length);
  for (const { spans } of slots) for (const [start, end] of spans) wanted.fill(1, start, end);
  for (const { spans } of matched) for (const [start, end] of spans) wanted.fill(0, start, end);
  const unspaced = (place) => place >= 0 && isIdeograph(folded, place);
  const words = new Set();
  for (let start = 0, end; start < folded.length; start = end) {
    end = start + 1;
    if (!wanted[start]) continue;
    while (wanted[end] && unspaced(end) === unspaced(start)) end++;
    let [from, to] = [start, end];
    if (unspaced(start)) {
      // One character between pairs that matched says nothing of a word.
      if ([...folded.slice(start, end)].length === 1 && (unspaced(start - 1) || unspaced(end))) continue;
      while (from < to && particles.includes(folded[from])) from++;
      while (from < to && particles.includes(folded[to - 1])) to--;
      if (from === to) [from, to] = [start, end];
    }
    // What joins the parts of a word is no part of one that is missing.
    while (from < to && JOINTS.includes(folded[from])) from++;
    while (from < to && JOINTS.includes(folded[to - 1])) to--;
    if (/[\p{L}\p{N}]/u.test(folded.slice(from, to))) words.add(text.slice(origin[from][0], origin[to - 1][1]));
  }
  return [...words];
}
