// The console's page: reads a channel, shows it in threads, follows changes, says and presses.

import { api, takeToken, Refused } from "/page/api.js";
import { messageElement, refresh } from "/page/cards.js";
import { completing } from "/page/completing.js";

const $ = (id) => document.getElementById(id);
const state = { person: null, channel: null, thread: null, board: null, shown: new Map() };

start();

async function start() {
  if (!takeToken()) return askForToken();
  try {
    state.board = await api.get("/api/board");
  } catch (error) {
    return askForToken(error instanceof Refused ? error.message : "Sluice does not answer.");
  }
  state.channel = new URLSearchParams(location.search).get("channel") ?? state.board.channels[0] ?? null;
  showChannels();
  showPeople();
  $("banner").hidden = !state.board.demo;
  $("ask").hidden = !state.board.demo || !state.channel;
  completing({ input: $("text"), list: $("completions"), ask: complete });
  $("ask").addEventListener("submit", say);
  $("leave-thread").addEventListener("click", () => setThread(null));
  await read();
  follow();
}

function askForToken(problem = "") {
  $("enter").hidden = false;
  $("refused").textContent = problem;
  $("enter").addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = `token=${$("token").value.trim()}`;
    location.reload();
  });
}

function showChannels() {
  $("channels").replaceChildren(
    ...state.board.channels.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `#${name}`;
      if (name === state.channel) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => {
        state.channel = name;
        setThread(null);
        showChannels();
        read();
      });
      return button;
    }),
  );
}

function showPeople() {
  if (!state.board.demo) return;
  const kept = sessionStorage.getItem("person");
  const people = state.board.people;
  $("person").replaceChildren(...people.map(({ id, name }) => new Option(name ? `${name} (${id})` : id, id)));
  state.person = people.some(({ id }) => id === kept) ? kept : (people[0]?.id ?? null);
  $("person").value = state.person;
  $("acting").hidden = false;
  $("person").addEventListener("change", () => {
    state.person = $("person").value;
    sessionStorage.setItem("person", state.person);
    read();
  });
}

/** Reads the channel anew and shows what is new or changed; everything else stays as it is, focus too. */
async function read() {
  if (!state.channel) return showBoard();
  const asPerson = state.person ? `?as=${encodeURIComponent(state.person)}` : "";
  const channel = state.channel;
  const { messages } = await api.get(`/api/channels/${encodeURIComponent(channel)}${asPerson}`);
  if (channel !== state.channel) return;
  const main = document.querySelector("main");
  const atEnd = main.scrollHeight - main.scrollTop - main.clientHeight < 120;
  show(messages);
  if (atEnd) main.scrollTop = main.scrollHeight;
}

function show(messages) {
  const log = $("log");
  const first = state.shown.size === 0;
  const wanted = new Set(messages.map(({ id }) => id));
  for (const [id, { element }] of state.shown) {
    if (!wanted.has(id)) {
      element.remove();
      state.shown.delete(id);
    }
  }
  for (const message of messages) showMessage(log, message, first);
  log.querySelectorAll(".thread").forEach((thread) => {
    if (!thread.querySelector("article")) thread.remove();
  });
  log.querySelector(".empty")?.remove();
  if (messages.length === 0) log.append(emptyHint());
}

function showMessage(log, message, first) {
  const key = JSON.stringify([message, state.person]);
  const before = state.shown.get(message.id);
  if (before?.key === key) return;
  const element = messageElement(message, { me: state.person, press, reply: setThread, use });
  if (!first) element.classList.add("fresh");
  state.shown.set(message.id, { key, element });
  if (before) return refresh(before.element, element);
  if (message.id === message.thread) threadOf(log, message.id).prepend(element);
  else threadOf(log, message.thread).querySelector(".replies").append(element);
}

function threadOf(log, root) {
  const id = `thread-${root}`;
  const found = document.getElementById(id);
  if (found) return found;
  const thread = document.createElement("section");
  thread.className = "thread";
  thread.id = id;
  const replies = document.createElement("div");
  replies.className = "replies";
  thread.append(replies);
  log.append(thread);
  return thread;
}

function emptyHint() {
  const hint = document.createElement("p");
  hint.className = "empty";
  hint.textContent = state.board.demo ? "Nothing here yet. Type status, or help." : "Nothing here yet.";
  return hint;
}

async function showBoard() {
  const { open } = await api.get("/api/board");
  const board = $("board");
  board.hidden = false;
  board.replaceChildren(
    ...open.map((row) => {
      const item = document.createElement("article");
      item.textContent = `${row.id} ${row.state}: ${row.asked_by} asks ${row.command}`;
      return item;
    }),
  );
  if (open.length === 0) board.append(emptyHint());
}

function setThread(thread) {
  state.thread = thread;
  $("where").hidden = thread === null;
  if (thread !== null) {
    const typed = document.querySelector(`#thread-${CSS.escape(thread)} .typed`)?.textContent ?? "";
    $("where").querySelector("span").textContent = `In the thread of: ${typed.slice(0, 60)}`;
    $("text").focus();
  }
}

/** Puts a command that an answer offers into the box. */
function use(command) {
  $("text").value = command.replace(/^\/\S+\s+/, "");
  $("text").focus();
}

async function say(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  const body = { as: state.person, channel: state.channel, text };
  if (state.thread) body.thread = state.thread;
  await told(async () => {
    await api.post("/api/say", body);
    $("text").value = "";
  });
}

async function press(message, button) {
  const body = { as: state.person, message: message.id, button: button.id };
  if (button.asks) {
    const reason = await askReason(button.asks);
    if (reason === null) return;
    body.input = { reason };
  }
  await told(() => api.post("/api/press", body));
}

/** Asks for a reason; null where the person thought better of it. */
function askReason({ title, label, send, cancel }) {
  $("prompt-title").textContent = title;
  $("reason-label").textContent = label;
  $("prompt-send").textContent = send;
  $("prompt-cancel").textContent = cancel;
  $("reason").value = "";
  const dialog = $("prompt");
  dialog.returnValue = "cancel";
  dialog.showModal();
  $("reason").focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "send" ? $("reason").value : null), { once: true });
  });
}

/** Does it, and shows what the API says against it. */
async function told(act) {
  $("problem").textContent = "";
  try {
    await act();
  } catch (error) {
    $("problem").textContent = error instanceof Refused ? error.message : "Sluice does not answer; nothing was recorded.";
  }
}

async function complete(text, cursor) {
  const { completions } = await api.get(`/api/complete?text=${encodeURIComponent(text)}&cursor=${cursor}`);
  return completions;
}

/** Follows the changes; after a break it reads everything again. */
async function follow() {
  for (let pause = 500; ; pause = Math.min(pause * 2, 10_000)) {
    try {
      for await (const change of api.events()) {
        $("link").textContent = "";
        pause = 500;
        if (change === null || !change.channel || change.channel === state.channel) await read();
      }
    } catch (error) {
      if (error instanceof Refused) return askForToken(error.message);
    }
    $("link").textContent = "Not connected, trying again";
    await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
  }
}
