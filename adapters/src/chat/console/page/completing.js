// A text box that completes: arrows choose, Tab or Enter takes, Escape closes (the ARIA combobox pattern).

/** Wires `input` and its `list`, shown and hidden with its `box`; `ask(text, cursor)` answers with {from, to, text, about}. */
export function completing({ input, box, list, ask }) {
  let found = [];
  let chosen = -1;
  let asked = 0;
  let offering = Promise.resolve();

  input.addEventListener("input", offer);
  input.addEventListener("keydown", key);
  input.addEventListener("blur", close);
  box.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus

  function offer() {
    offering = find();
  }

  async function find() {
    const turn = ++asked;
    const completions = input.value ? await ask(input.value, cursor()).catch(() => []) : [];
    if (turn !== asked || document.activeElement !== input) return;
    found = completions;
    chosen = -1;
    show();
  }

  function key(event) {
    if (event.isComposing) return;
    if (box.hidden) {
      if (event.key === "ArrowDown") offer();
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) choose(moves[event.key]);
    else if (event.key === "Tab" && !event.shiftKey) take(Math.max(chosen, 0));
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }

  /** Goes round, by way of no choice at all. */
  function choose(by) {
    const places = found.length + 1;
    chosen = ((chosen + 1 + by + places) % places) - 1;
    show();
  }

  /** Waits for the answer to what stands in the box now: what is shown may be for the letters before. */
  async function take(index) {
    const typed = input.value;
    await offering;
    const completion = found[Math.min(index, found.length - 1)];
    if (completion && input.value === typed) put(completion);
  }

  function put({ from, to, text }) {
    const characters = [...input.value];
    const before = [...characters.slice(0, from), ...text].join("");
    input.value = `${before} ${characters.slice(to).join("").trimStart()}`;
    input.setSelectionRange(before.length + 1, before.length + 1);
    offer();
  }

  function show() {
    list.replaceChildren(...found.map(option));
    box.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!box.hidden));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", `completion-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  }

  function option(completion, index) {
    const item = document.createElement("li");
    item.id = `completion-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === chosen));
    const text = document.createElement("code");
    text.textContent = completion.text;
    item.append(text);
    if (completion.about) {
      const about = document.createElement("span");
      about.textContent = completion.about;
      item.append(about);
    }
    item.addEventListener("click", () => take(index));
    return item;
  }

  function close() {
    asked++;
    found = [];
    chosen = -1;
    show();
  }

  /** The cursor, in characters. */
  function cursor() {
    return [...input.value.slice(0, input.selectionStart)].length;
  }
}
