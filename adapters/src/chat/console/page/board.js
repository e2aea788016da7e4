// The board: what is open, for looking only.

import { cardElement, make, partElements, refresh } from "/page/cards.js";
import { arrange } from "/page/threads.js";
import { word } from "/page/words.js";

/** From the largest on: how many seconds each is, and its name for Intl. */
const UNITS = [[86_400, "day"], [3_600, "hour"], [60, "minute"], [1, "second"]];

/** The open requests in `root`, kept in step with what the API says. */
export class Board {
  #root;
  #shown = new Map();
  #ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });

  constructor(root) {
    this.#root = root;
  }

  /** Shows these. What did not change stays as it is, opened plans and the focus too. */
  show({ requests, more }) {
    const shown = this.#shown;
    this.#shown = new Map(requests.map((request) => [request.id, this.#element(request, shown.get(request.id))]));
    const waits = requests.filter((request) => request.waits);
    const rest = requests.filter((request) => !request.waits);
    arrange(this.#root, [
      ...this.#group("waits", word("waits_for_somebody"), waits),
      ...this.#group("rest", word("goes_on"), rest),
      ...(more > 0 ? [make("p", "empty", word("more_open", { count: more }))] : []),
      ...(requests.length === 0 ? [make("p", "empty", word("nothing_open"))] : []),
    ]);
    document.title = waits.length > 0 ? `(${waits.length}) Sluice` : "Sluice";
  }

  #group(id, title, requests) {
    if (requests.length === 0) return [];
    const section = document.getElementById(`board-${id}`) ?? emptyGroup(id);
    section.firstElementChild.textContent = `${title} (${requests.length})`;
    arrange(section, [section.firstElementChild, ...requests.map(({ id }) => this.#shown.get(id).element)]);
    return [section];
  }

  #element(request, before) {
    const key = JSON.stringify(request);
    const element = before?.key === key ? before.element : renewed(before?.element, request);
    element.querySelector(".ago").textContent = word("asked_ago", { ago: this.#since(request.asked_at) });
    return { key, element };
  }

  #since(at) {
    const seconds = Math.max(0, (Date.now() - at) / 1_000);
    const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? UNITS.at(-1);
    return this.#ago.format(-Math.floor(seconds / size), unit);
  }
}

function emptyGroup(id) {
  const section = make("section", "group");
  section.id = `board-${id}`;
  const title = make("h2");
  title.id = `board-${id}-title`;
  section.setAttribute("aria-labelledby", title.id);
  section.append(title);
  return section;
}

/** The element as it is now: in its place, its plan open where it was open. */
function renewed(before, request) {
  if (!before) return openElement(request, false);
  refresh(before, openElement(request, before.querySelector("details")?.open ?? false));
  return before;
}

function openElement({ id, card, plan, environment, asked_by, asked_at }, reads) {
  const article = cardElement(card);
  article.dataset.request = id;
  article.tabIndex = -1;
  article.querySelector(".headline").before(byLine(environment, asked_by, asked_at));
  article.setAttribute("aria-label", article.querySelector(".headline").textContent);
  if (plan.length > 0) article.append(details(plan, reads));
  return article;
}

function byLine(environment, person, at) {
  const line = make("div", "by");
  const asked = make("time", "ago");
  asked.dateTime = new Date(at).toISOString();
  asked.title = new Date(at).toLocaleString();
  line.append(...(environment ? [make("span", "note", environment)] : []), make("b", "", person), asked);
  return line;
}

function details(plan, open) {
  const element = make("details");
  element.open = open;
  const summary = make("summary", "", word("the_plan"));
  summary.dataset.button = "plan";
  element.append(summary, ...partElements(plan, {}));
  return element;
}
