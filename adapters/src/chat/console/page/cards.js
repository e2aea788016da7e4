// A message as elements. Only text nodes are made from what was said, never markup.

import { figure } from "/page/pictures.js";
import { word } from "/page/words.js";

const SLUICE = "sluice";

/** The element of a message; `on` has what can be done with it (press, reply, use) and who looks (`me`). */
export function messageElement(message, on) {
  const article = make("article");
  article.dataset.message = message.id;
  article.tabIndex = -1;
  article.setAttribute("aria-label", `${message.author}: ${headline(message)}`);
  if (message.author !== SLUICE) article.classList.add("person", ...(message.author === on.me ? ["mine"] : []));
  if (message.only_for) article.classList.add("private");
  article.append(byLine(message, on));
  const card = message.body?.headline ? message.body : null;
  if (card) fillCard(article, card, on);
  else article.append(make("p", "typed", message.text));
  article.append(...message.images.map((image) => figure(drawn(image, card))));
  if (card?.buttons.length > 0 && on.me) article.append(buttons(message, card.buttons, on));
  return article;
}

/** A card for looking only, with nothing to press. */
export function cardElement(card) {
  const article = make("article");
  fillCard(article, card, {});
  return article;
}

/** A card's picture as SVG where it was kept as that too: it stays sharp, and dark where the page is dark. */
function drawn({ url, alt }, card) {
  return { url: card?.drawing ? `/api/attachments/${card.drawing}` : url, alt };
}

/** The first line, as plain text. */
export function headline(message) {
  return message.text.split("\n", 1)[0];
}

/** Puts a message's new state into the element that shows it, so that it keeps its place and the focus. */
export function refresh(shown, next) {
  const focused = shown.contains(document.activeElement) ? document.activeElement : null;
  const button = focused?.dataset.button;
  shown.className = next.className;
  shown.setAttribute("aria-label", next.getAttribute("aria-label"));
  shown.replaceChildren(...next.childNodes);
  if (!focused || focused === shown) return;
  const again = button && shown.querySelector(`[data-button="${CSS.escape(button)}"]`);
  (again || shown).focus({ preventScroll: true });
}

function byLine(message, on) {
  const line = make("div", "by");
  const badge = make("span", "badge", message.author.slice(0, 1));
  badge.setAttribute("aria-hidden", "true");
  line.append(badge, make("b", "", message.author === SLUICE ? "Sluice" : message.author), clock(message.at));
  if (message.only_for) line.append(make("span", "note", word("only_you")));
  if (message.id === message.thread && on.me) line.append(replyButton(message, on));
  return line;
}

function clock(at) {
  const when = new Date(at);
  const time = make("time", "", when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = when.toISOString();
  time.title = when.toLocaleString();
  return time;
}

function replyButton(message, on) {
  const reply = make("button", "", word("reply"));
  reply.type = "button";
  reply.dataset.button = "reply";
  reply.setAttribute("aria-label", word("reply_in", { thread: headline(message) }));
  reply.addEventListener("click", () => on.reply(message.thread));
  return reply;
}

function fillCard(article, card, on) {
  article.classList.add(card.tone);
  article.append(spans(make("p", "headline"), card.headline));
  article.append(...partElements(card.body, on));
}

/** Parts of a card, as elements. */
export function partElements(parts, on) {
  return grouped(parts).flatMap((group) => GROUPS[group.of](group.parts, on));
}

/** Neighbours of one kind: facts make one list, steps another. */
function grouped(parts) {
  const groups = [];
  for (const part of parts) {
    const of = part.part in GROUPS ? part.part : "other";
    if (groups.at(-1)?.of === of) groups.at(-1).parts.push(part);
    else groups.push({ of, parts: [part] });
  }
  return groups;
}

const GROUPS = {
  fact: (parts) => [filled(make("dl", "facts"), parts.map(fact))],
  step: (parts) => [filled(make("ul", "steps"), parts.map(step))],
  other: (parts, on) => parts.map((part) => PARTS[part.part](part, on)),
};

const PARTS = {
  line: (part) => spans(make("p"), part.text),
  hint: (part) => spans(make("p", "hint"), part.text),
  code: (part) => scrollable(make("pre", "", part.text)),
  bar,
  table,
  command,
};

function fact(part) {
  return filled(make("div"), [make("dt", "", part.label), spans(make("dd"), part.text)]);
}

function step(part) {
  const words = spans(make("div"), part.text);
  if (part.payload) words.append(make("code", "", part.payload));
  return filled(make("li"), [make("span", "mark", part.mark), words]);
}

function bar({ done, of }) {
  const progress = make("progress");
  progress.max = of;
  progress.value = done;
  progress.setAttribute("aria-label", word("steps_done"));
  progress.setAttribute("aria-valuetext", `${done} / ${of}`);
  return progress;
}

function table(part) {
  const element = make("table");
  element.createTHead().insertRow().append(...part.head.map(columnHead));
  element.createTBody().append(...part.rows.map(row));
  return scrollable(filled(make("div", "rows"), [element]));
}

function columnHead(name) {
  const cell = make(name ? "th" : "td", "", name);
  if (name) cell.scope = "col";
  return cell;
}

function row([first, ...rest]) {
  const head = make("th", "", first);
  head.scope = "row";
  return filled(make("tr"), [head, ...rest.map((cell) => make("td", "", cell))]);
}

/** A command: one of ours can be put into the box, one for a shell can be copied. */
function command(part, on) {
  const line = filled(make("div", "command"), [make("pre", "", part.text)]);
  if (!part.text.startsWith("/")) line.append(action(word("copy"), part.text, (button) => copy(part.text, button)));
  else if (on.me) line.append(action(word("use"), part.text, () => on.use(part.text)));
  return line;
}

function action(label, text, act) {
  const button = make("button", "", label);
  button.type = "button";
  button.dataset.button = `${label} ${text}`;
  button.setAttribute("aria-label", `${label} ${text}`);
  button.addEventListener("click", () => act(button));
  return button;
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = word("copied");
  } catch {
    button.textContent = word("select_it");
  }
}

function buttons(message, list, on) {
  return filled(make("div", "buttons"), list.map((button) => pressable(message, button, on)));
}

/** While it is being pressed it does nothing more, but keeps the focus. */
function pressable(message, button, on) {
  const element = make("button", button.look, button.label);
  element.type = "button";
  element.dataset.button = button.id;
  element.addEventListener("click", async () => {
    if (element.ariaDisabled === "true") return;
    element.ariaDisabled = "true";
    await on.press(message, button);
    element.ariaDisabled = null;
  });
  return element;
}

/** What may be wider than a phone scrolls by itself, by keyboard too. */
function scrollable(element) {
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", word("scrolls"));
  return element;
}

function spans(element, text) {
  return filled(element, text.map((span) => SPANS[span.span](span)));
}

const SPANS = {
  plain: ({ text }) => document.createTextNode(text),
  person: ({ person, ping }) => make("span", ping ? "ping" : "", ping ? `@${person}` : person),
  code: ({ text }) => make("code", "", text),
  time: ({ at, text }) => {
    const time = make("time", "", text);
    time.dateTime = new Date(at).toISOString();
    return time;
  },
};

function filled(element, children) {
  element.append(...children);
  return element;
}

/** An element with a class and a text. */
export function make(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
