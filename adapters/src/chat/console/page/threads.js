// A channel's messages in their threads, kept in step with what the API says.

import { headline, messageElement, refresh } from "/page/cards.js";

/** How far, in pixels, a message may end below what is in view and still count as being read. */
const NEARLY = 120;

/** How many characters of a thread's first message name it. */
const TITLE = 60;

/** Room, in pixels, that stays around what is brought into view. */
const AROUND = 16;

/**
 * The messages in `log`, which scrolls inside `view`. `on` has what can be done with one (press, reply, use), and hears
 * what is new: `spoken(words)`, and `unseen(any)` when something new is out of view.
 */
export class Threads {
  #log;
  #view;
  #on;
  #shown = new Map();
  #person;
  #own = null;
  #unseen = [];

  constructor(log, view, on) {
    this.#log = log;
    this.#view = view;
    this.#on = on;
    view.addEventListener("scroll", () => this.#forgetSeen(), { passive: true });
  }

  clear() {
    this.#log.replaceChildren();
    this.#shown.clear();
    this.#unseen = [];
    this.#on.unseen(false);
  }

  /** Shows these messages to this person. What did not change stays as it is, its focus too. */
  show(messages, person) {
    const news = this.#shown.size > 0 && person === this.#person;
    const first = this.#shown.size === 0;
    this.#person = person;
    this.#log.querySelector(".empty")?.remove();
    this.#removeAllBut(new Set(messages.map(({ id }) => id)));
    const fresh = messages.map((message) => this.#put(message, news)).filter(Boolean);
    this.#order(messages);
    if (first) this.#view.scrollTop = this.#view.scrollHeight;
    else if (news) this.#bringIntoView(fresh);
    if (this.#own) this.#toOwn();
  }

  /** Brings this message into view once it is there: the person just wrote it. */
  follow(id) {
    this.#own = id;
    this.#toOwn();
  }

  /** Goes to the first new message that is out of view. */
  toUnseen() {
    const [element] = this.#unseen;
    element?.scrollIntoView({ block: "start" });
    element?.focus({ preventScroll: true });
  }

  /** What a thread is called. */
  title(root) {
    const words = this.#shown.get(root)?.said ?? "";
    return words.length > TITLE ? `${words.slice(0, TITLE)}…` : words;
  }

  #removeAllBut(wanted) {
    for (const [id, { element }] of this.#shown) {
      if (wanted.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
  }

  /** Makes or renews one message's element; answers with it where it is new. */
  #put(message, news) {
    const key = JSON.stringify([message, this.#person]);
    const before = this.#shown.get(message.id);
    if (before?.key === key) return null;
    const said = headline(message);
    const made = messageElement(message, { ...this.#on, me: this.#person });
    const element = before?.element ?? made;
    this.#shown.set(message.id, { key, element, said });
    if (before) refresh(element, made);
    const changed = before === undefined || wordsOf(before.said) !== wordsOf(said);
    if (news && changed) this.#tell(message, said, element);
    return before === undefined ? element : null;
  }

  #tell(message, said, element) {
    element.classList.add("fresh");
    if (message.author !== this.#person) this.#on.spoken(`${message.author}: ${said}`);
  }

  /** Puts every element where it belongs; what stands there already is not touched, so that it keeps its focus. */
  #order(messages) {
    const groups = Map.groupBy(messages, ({ thread }) => thread);
    const threads = [...groups].map(([root, group]) => this.#threadOf(root, group));
    arrange(this.#log, threads);
  }

  #threadOf(root, group) {
    const id = `thread-${root}`;
    const thread = document.getElementById(id) ?? emptyThread(id);
    const elementOf = ({ id }) => this.#shown.get(id).element;
    const heads = group.filter(({ id }) => id === root).map(elementOf);
    const replies = group.filter(({ id }) => id !== root).map(elementOf);
    arrange(thread.lastElementChild, replies);
    arrange(thread, [...heads, thread.lastElementChild]);
    return thread;
  }

  /** Scrolls on to new messages where the person was reading what stands before them; else says that there are some. */
  #bringIntoView(fresh) {
    const frame = this.#view.getBoundingClientRect();
    const articles = [...this.#log.querySelectorAll("article")];
    const read = new Set(articles.filter((article) => isRead(article.getBoundingClientRect(), frame)));
    const next = [];
    for (const element of articles.filter((article) => fresh.includes(article))) {
      const before = articles[articles.indexOf(element) - 1];
      if (before === undefined || read.has(before) || next.includes(before)) next.push(element);
      else this.#unseen.push(element);
    }
    if (next.length > 0) this.#scrollTo(next[0].getBoundingClientRect().top, next.at(-1).getBoundingClientRect().bottom, frame);
    this.#forgetSeen();
  }

  /** Down, as far as the lower edge needs and the upper edge allows. */
  #scrollTo(top, bottom, frame) {
    const by = Math.min(bottom - frame.bottom + AROUND, top - frame.top - AROUND);
    if (by > 0) this.#view.scrollTop += by;
  }

  #toOwn() {
    const own = this.#shown.get(this.#own);
    if (!own) return;
    own.element.scrollIntoView({ block: "nearest" });
    this.#own = null;
  }

  #forgetSeen() {
    if (this.#unseen.length === 0) return;
    const frame = this.#view.getBoundingClientRect();
    this.#unseen = this.#unseen.filter((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return element.isConnected && (bottom < frame.top || top > frame.bottom - AROUND);
    });
    this.#on.unseen(this.#unseen.length > 0);
  }
}

function isRead({ top, bottom }, frame) {
  return bottom > frame.top && top < frame.bottom && bottom < frame.bottom + NEARLY;
}

/** A headline without its numbers: seconds that pass are no news. */
function wordsOf(said) {
  return said.replace(/\d+/g, "");
}

function emptyThread(id) {
  const thread = document.createElement("section");
  thread.className = "thread";
  thread.id = id;
  const replies = document.createElement("div");
  replies.className = "replies";
  thread.append(replies);
  return thread;
}

/** Makes these the parent's only children, in this order. */
export function arrange(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}
