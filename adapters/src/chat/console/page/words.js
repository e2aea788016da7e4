// The page's words. They come with the page, in the reader's language: index.html holds them all.

const { dataset } = document.getElementById("words");

/** What is said under this key; each `%{name}` in it is told from `facts`. */
export function word(key, facts = {}) {
  return dataset[key].replace(/%\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}
