// One form for what readers take for the same; fold.py does the same with the same table.

const ACCENTS = /[\u0300-\u036f]/g;
const UNKNOWN = 0;
const SAME = 1;

/** Return a function that folds a text. `alike` holds the characters to replace, and what replaces them. */
export function makeFold([from, to]) {
  const known = new Map();
  const others = [...to];
  [...from].forEach((character, place) => known.set(character, others[place]));
  // Most characters stay as they are: by code unit, whether one does.
  const kinds = new Uint8Array(65536);
  kinds.fill(2, 0xd800, 0xe000);

  function foldCharacter(character) {
    let folded = known.get(character);
    if (folded === undefined) {
      const plain = character.normalize("NFKC").toLowerCase().normalize("NFD").replace(ACCENTS, "").normalize("NFC");
      folded = [...plain].map((each) => (each === character ? each : known.get(each) ?? each)).join("");
      known.set(character, folded);
    }
    return folded;
  }

  return (text) => {
    let folded = "";
    let done = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (kinds[code] === SAME) continue;
      const character = String.fromCodePoint(text.codePointAt(i));
      const piece = foldCharacter(character);
      if (kinds[code] === UNKNOWN) kinds[code] = piece === character ? SAME : 2;
      folded += text.slice(done, i) + piece;
      i += character.length - 1;
      done = i + 1;
    }
    return folded + text.slice(done);
  };
}
