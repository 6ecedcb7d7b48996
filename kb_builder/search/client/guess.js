// Guesses which word was meant where one is not in the index; guess.py does the same.

import { stem } from "./tokens.js";

/** Return the likeliest words with their sixteenths; `count` is the number of pages with the word as typed. */
export function guesses(slot, words, { limits, weights }, count) {
  const { term } = slot;
  const least = limits.common * count;
  const most = term.length < limits.typo1 ? 0 : term.length < limits.typo2 || count ? 1 : 2;
  const found = [];
  for (const [word, pages] of Object.entries(words)) {
    if (pages < least || word === term) continue;
    if (slot.last && !count && term.length >= limits.prefix && word.startsWith(term)) {
      found.push({ edits: 1, pages, word, weight: weights.prefix });
    } else if (most && Math.abs(word.length - term.length) <= most) {
      const edits = distance(term, word, most);
      if (edits <= most) found.push({ edits, pages, word, weight: edits === 1 ? weights.typo1 : weights.typo2 });
    }
  }
  found.sort((a, b) => a.edits - b.edits || b.pages - a.pages || (a.word < b.word ? -1 : 1));
  return found
    .filter(({ edits }) => edits === found[0].edits)
    .slice(0, limits.guesses)
    .map(({ word, weight }) => [word, count ? weights.rare : weight]);
}

/** Return the two words that were run together, if there are any; `words` has the words by first letter. */
export function split(term, words, least) {
  let best = 0;
  let halves;
  for (let cut = least; cut <= term.length - least; cut++) {
    const pair = [term.slice(0, cut), stem(term.slice(cut))];
    const count = Math.min(...pair.map((word, i) => own(words.get(term[i && cut]), word)));
    if (count && count >= best) [best, halves] = [count, pair];
  }
  return halves;
}

function own(words, word) {
  return words && Object.hasOwn(words, word) ? words[word] : 0;
}

function distance(one, other, most) {
  let before = [];
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 0; i < one.length; i++) {
    const earlier = before;
    before = row;
    row = [i + 1];
    for (let j = 0; j < other.length; j++) {
      let cost = Math.min(before[j + 1] + 1, row[j] + 1, before[j] + (one[i] === other[j] ? 0 : 1));
      if (i && j && one[i] === other[j - 1] && one[i - 1] === other[j]) cost = Math.min(cost, earlier[j - 1] + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most && Math.min(...before) > most) return most + 1;
  }
  return Math.min(row.at(-1), most + 1);
}
