// The first file of an index, made ready: what is the same for every query.

import { makeFold } from "./fold.js";
import { readTokens } from "./tokens.js";

/** Return the content of the boot file with what is worked out of it. */
export function readBoot(content) {
  const fold = makeFold(content.alike);
  const { weights, idf, tables } = content;
  const seats = new Map([...content.seats].map((character, seat) => [character, String.fromCharCode(0xe000 + seat)]));
  const order = (term) => (seats.get(term[0]) ?? term[0]) + term.slice(1);
  const terms = content.terms.map(order);
  const phrases = new Map();
  content.concepts.forEach(([asked], number) => {
    const weight = number < content.regional ? weights.regional : weights.synonym;
    for (const phrase of asked) {
      const words = [...readTokens(phrase, content.limits)].map(({ term }) => term).join(" ");
      if (!phrases.has(words)) phrases.set(words, []);
      phrases.get(words).push([`~${number}`, weight]);
    }
  });
  const questions = [...content.question_words].sort((a, b) => b.length - a.length);
  return {
    ...content,
    fold,
    phrases,
    longest: Math.max(0, ...[...phrases.keys()].map((words) => words.split(" ").length)),
    questions: new RegExp(questions.join("|"), "gu"),
    stopWords: new Set(content.stop_words),
    /** How much a term weighs that so many pages hold. */
    weightOf: (count) => after(idf, (most) => most < count),
    /** The file that would hold a term. */
    shardOf: (term) => {
      const number = after(terms, (first) => first > order(term));
      return number ? `t${number - 1}` : "";
    },
    /** The file with a page's row, and the place of the row in it. */
    tableOf: (page) => {
      const number = after(tables, (first) => first > page) - 1;
      return [`p${number}`, page - tables[number]];
    },
  };
}

/** Return the first place in a sorted list at which the test holds. */
function after(list, test) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
