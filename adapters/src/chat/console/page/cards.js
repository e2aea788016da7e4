// A message as elements. Only text nodes are made from what was said, never markup.

import { api } from "/page/api.js";

/** The element of a message; `on` has what can be done with it: press, reply, use. */
export function messageElement(message, on) {
  const article = make("article");
  article.dataset.message = message.id;
  if (message.author !== "sluice") article.classList.add("person", ...(message.author === on.me ? ["mine"] : []));
  if (message.only_for) article.classList.add("private");
  article.append(byLine(message, on));
  if (message.body?.headline) fillCard(article, message, on);
  else article.append(make("p", "typed", message.text));
  message.images.forEach((image) => article.append(figure(image)));
  return article;
}

/** Puts a message's new state into the element that shows it, so that it keeps its place and the focus. */
export function refresh(shown, next) {
  const focused = shown.contains(document.activeElement) ? document.activeElement.dataset.button : undefined;
  shown.className = next.className;
  shown.replaceChildren(...next.childNodes);
  if (focused) shown.querySelector(`[data-button="${CSS.escape(focused)}"]`)?.focus();
}

function byLine(message, on) {
  const line = make("div", "by");
  line.append(make("b", "", message.author === "sluice" ? "Sluice" : message.author));
  const time = make("time", "", new Date(message.at).toLocaleTimeString());
  time.dateTime = new Date(message.at).toISOString();
  line.append(time);
  if (message.only_for) line.append(make("span", "", "only you see this"));
  if (message.id === message.thread && on.me) {
    const reply = make("button", "", "Reply");
    reply.type = "button";
    reply.addEventListener("click", () => on.reply(message.thread));
    line.append(reply);
  }
  return line;
}

function fillCard(article, message, on) {
  const card = message.body;
  article.classList.add(card.tone);
  article.append(spans(make("p", "headline"), card.headline));
  let facts = null;
  for (const part of card.body) {
    if (part.part === "fact") {
      facts ??= article.appendChild(make("dl"));
      facts.append(fact(part));
    } else {
      facts = null;
      article.append(PARTS[part.part](part, on));
    }
  }
  if (card.buttons.length > 0 && on.me) article.append(buttons(message, card.buttons, on));
}

const PARTS = {
  line: (part) => spans(make("p"), part.text),
  hint: (part) => spans(make("p", "hint"), part.text),
  code: (part) => scrollable(make("pre", "", part.text)),
  step,
  bar,
  table,
  command,
};

function fact(part) {
  const row = make("div", "fact");
  row.append(make("dt", "", part.label), spans(make("dd"), part.text));
  return row;
}

function step(part) {
  const row = make("div", "step");
  const words = spans(make("div"), part.text);
  if (part.payload) words.append(make("code", "", part.payload));
  row.append(make("span", "mark", part.mark), words);
  return row;
}

function bar(part) {
  const outer = make("div", "bar");
  outer.setAttribute("role", "progressbar");
  outer.setAttribute("aria-label", "Steps done");
  outer.setAttribute("aria-valuemax", part.of);
  outer.setAttribute("aria-valuenow", part.done);
  const inner = make("span");
  inner.style.width = `${(100 * part.done) / Math.max(part.of, 1)}%`;
  outer.append(inner);
  return outer;
}

function table(part) {
  const element = make("table");
  const head = element.createTHead().insertRow();
  part.head.forEach((cell) => {
    const th = make(cell ? "th" : "td", "", cell);
    if (cell) th.scope = "col";
    head.append(th);
  });
  const body = element.createTBody();
  part.rows.forEach(([first, ...rest]) => {
    const row = body.insertRow();
    const th = make("th", "", first);
    th.scope = "row";
    row.append(th, ...rest.map((cell) => make("td", "", cell)));
  });
  const rows = make("div", "rows");
  rows.append(element);
  return scrollable(rows);
}

function command(part, on) {
  const row = make("div", "command");
  row.append(make("pre", "", part.text));
  if (on.me && part.text.startsWith("/")) {
    const use = make("button", "", "Use");
    use.type = "button";
    use.setAttribute("aria-label", `Use ${part.text}`);
    use.addEventListener("click", () => on.use(part.text));
    row.append(use);
  }
  return row;
}

function buttons(message, list, on) {
  const row = make("div", "buttons");
  for (const button of list) {
    const element = make("button", button.look, button.label);
    element.type = "button";
    element.dataset.button = button.id;
    element.addEventListener("click", async () => {
      element.disabled = true;
      await on.press(message, button);
      element.disabled = false;
    });
    row.append(element);
  }
  return row;
}

function figure(image) {
  const element = make("figure");
  const picture = make("img");
  picture.alt = image.alt;
  picture.width = 800;
  picture.height = 400;
  api.picture(image.url).then((url) => {
    picture.src = url;
    picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  });
  element.append(picture);
  return element;
}

/** What may be wider than a phone scrolls by itself, by keyboard too. */
function scrollable(element) {
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", "Wide text");
  return element;
}

function spans(element, text) {
  for (const span of text) element.append(SPANS[span.span](span));
  return element;
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

function make(name, className = "", text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}
