// One form for what readers take for the same; fold.py does the same with the same table.

const ACCENTS = /[\u0300-\u036f]/g;

/** Return a function that folds a text. `alike` holds the characters to replace, and what replaces them. */
export function makeFold([from, to]) {
  const known = new Map();
  const others = [...to];
  [...from].forEach((character, place) => known.set(character, others[place]));

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
    for (const character of text) folded += foldCharacter(character);
    return folded;
  };
}
