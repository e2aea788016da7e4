// A text box that completes: arrows choose, Tab or Enter takes, Escape closes (the ARIA combobox pattern).

/** Wires `input` and `list`; `ask(text, cursor)` answers with {from, to, text, about}. */
export function completing({ input, list, ask }) {
  let found = [];
  let chosen = -1;
  let asked = 0;

  input.addEventListener("input", offer);
  input.addEventListener("keydown", key);
  input.addEventListener("blur", () => setTimeout(close, 150));

  async function offer() {
    const turn = ++asked;
    const completions = input.value ? await ask(input.value, cursor()).catch(() => []) : [];
    if (turn !== asked || document.activeElement !== input) return;
    found = completions;
    chosen = -1;
    show();
  }

  function key(event) {
    if (list.hidden) {
      if (event.key === "ArrowDown") offer();
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      chosen = (chosen + moves[event.key] + found.length) % found.length;
      show();
    } else if (event.key === "Tab" && !event.shiftKey) take(Math.max(chosen, 0));
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  }

  function take(index) {
    const { from, to, text } = found[index];
    const characters = [...input.value];
    const before = [...characters.slice(0, from), ...text].join("");
    input.value = `${before} ${characters.slice(to).join("").trimStart()}`;
    input.setSelectionRange(before.length + 1, before.length + 1);
    offer();
  }

  function show() {
    list.replaceChildren(...found.map(option));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
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
    item.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(index);
    });
    return item;
  }

  function close() {
    found = [];
    chosen = -1;
    show();
  }

  /** The cursor, in characters. */
  function cursor() {
    return [...input.value.slice(0, input.selectionStart)].length;
  }
}
