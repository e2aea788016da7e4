// The console's page: begins, follows the changes of a channel, says and presses.

import { api, takeToken, Refused } from "/page/api.js";
import { Board } from "/page/board.js";
import { completing } from "/page/completing.js";
import { askReason } from "/page/prompt.js";
import { Threads } from "/page/threads.js";
import { word } from "/page/words.js";

const BOARD_EVERY_MS = 5_000;

const $ = (id) => document.getElementById(id);
const state = { setup: null, person: null, channel: null, thread: null };
const board = new Board($("board"));
const threads = new Threads($("log"), $("messages"), { press, reply: setThread, use, spoken: speak, unseen });

addEventListener("hashchange", () => location.reload());
start();

async function start() {
  if (!takeToken()) return askForToken();
  try {
    state.setup = await api.get("/api/setup");
  } catch (error) {
    return askForToken(error instanceof Refused ? error.message : word("no_answer"));
  }
  const { demo, channels } = state.setup;
  state.channel = new URLSearchParams(location.search).get("channel") ?? (demo ? channels[0] : null) ?? null;
  $("banner").hidden = !demo;
  $("looking").hidden = demo;
  $("ask").hidden = !demo || !state.channel;
  showChannels();
  if (demo) showPeople();
  listen();
  follow();
}

function listen() {
  completing({ input: $("text"), box: $("completing"), list: $("completions"), ask: complete });
  $("ask").addEventListener("submit", say);
  $("leave-thread").addEventListener("click", () => setThread(null));
  $("newer").addEventListener("click", () => threads.toUnseen());
  setInterval(() => $("board").hidden || read(), BOARD_EVERY_MS);
}

function askForToken(problem = "") {
  for (const id of ["log", "board", "ask", "acting", "banner", "looking"]) $(id).hidden = true;
  $("channels").replaceChildren();
  $("link").textContent = "";
  $("refused").textContent = problem;
  $("enter").hidden = false;
  $("token").focus();
  $("enter").onsubmit = (event) => {
    event.preventDefault();
    location.hash = `token=${encodeURIComponent($("token").value.trim())}`;
  };
}

/** The channels, and outside demo mode before them the board. */
function showChannels() {
  const { demo, channels } = state.setup;
  const places = [...(demo ? [] : [null]), ...channels];
  const buttons = places.map((place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = place === null ? word("open_requests") : `#${place}`;
    button.dataset.place = place ?? "";
    button.addEventListener("click", () => enter(place));
    return button;
  });
  $("channels").replaceChildren(...buttons);
  markPlace();
}

function markPlace() {
  $("board").hidden = state.channel !== null;
  $("log").hidden = state.channel === null;
  for (const button of $("channels").children) {
    if (button.dataset.place === (state.channel ?? "")) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
}

function enter(channel) {
  state.channel = channel;
  threads.clear();
  setThread(null);
  markPlace();
  read();
}

function showPeople() {
  const { people } = state.setup;
  const kept = sessionStorage.getItem("person");
  const select = $("person");
  select.replaceChildren(...people.map(({ id, name }) => new Option(name ? `${id} (${name})` : id, id)));
  state.person = people.some(({ id }) => id === kept) ? kept : (people[0]?.id ?? null);
  select.value = state.person;
  $("acting").hidden = false;
  select.addEventListener("change", () => {
    state.person = select.value;
    sessionStorage.setItem("person", state.person);
    $("problem").textContent = "";
    read();
  });
}

let reading = null;
let again = false;

/** Reads the channel and shows it; while one reading is under way, any number of further calls lead to one more. */
function read() {
  again = true;
  reading ??= (async () => {
    try {
      while (again) {
        again = false;
        await readOnce();
      }
    } finally {
      reading = null;
    }
  })();
  return reading.catch((error) => lost(error));
}

async function readOnce() {
  const { channel, person } = state;
  if (channel === null) return board.show(await api.get("/api/board"));
  const asPerson = person ? `?as=${encodeURIComponent(person)}` : "";
  const { messages } = await api.get(`/api/channels/${encodeURIComponent(channel)}${asPerson}`);
  if (channel !== state.channel || person !== state.person) return;
  threads.show(messages, person);
  if (messages.length === 0) $("log").append(empty(state.setup.demo ? word("nothing_said_yet") : word("nothing_said")));
}

function empty(words) {
  const hint = document.createElement("p");
  hint.className = "empty";
  hint.textContent = words;
  return hint;
}

function setThread(thread) {
  state.thread = thread;
  $("where").hidden = thread === null;
  if (thread === null) return;
  $("where").querySelector("span").textContent = word("in_thread", { thread: threads.title(thread) });
  $("text").focus();
}

/** Puts a command that an answer offers into the box, without the program's name. */
function use(command) {
  $("text").value = command.replace(/^\/\S+\s+/, "");
  $("text").focus();
}

async function say(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || !state.person) return;
  const body = { as: state.person, channel: state.channel, text };
  if (state.thread) body.thread = state.thread;
  await told(async () => {
    const { message } = await api.post("/api/say", body);
    $("text").value = "";
    $("text").dispatchEvent(new Event("input"));
    threads.follow(message);
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

/** Does it, and shows what the API says against it. */
async function told(act) {
  $("problem").textContent = "";
  try {
    await act();
  } catch (error) {
    $("problem").textContent =
      error instanceof Refused ? error.message : word("perhaps_recorded");
  }
}

/** Tells a screen reader what is new; an edited message only where its first line changed. */
function speak(words) {
  const line = document.createElement("p");
  line.textContent = words;
  $("spoken").append(line);
  while ($("spoken").childElementCount > 20) $("spoken").firstElementChild.remove();
}

function unseen(any) {
  $("newer-line").hidden = !any;
}

async function complete(text, cursor) {
  const { completions } = await api.get(`/api/complete?text=${encodeURIComponent(text)}&cursor=${cursor}`);
  return completions;
}

function lost(error) {
  if (error instanceof Refused) $("link").textContent = error.message;
  else $("link").textContent = word("not_connected");
}

/** Follows the changes; after a break it reads everything again. */
async function follow() {
  for (let pause = 500; ; pause = Math.min(pause * 2, 10_000)) {
    try {
      for await (const change of api.events()) {
        $("link").textContent = "";
        pause = 500;
        if (!change?.channel || [change.channel, null].includes(state.channel)) read();
      }
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return askForToken(error.message);
    }
    $("link").textContent = word("not_connected");
    await new Promise((resolve) => setTimeout(resolve, pause * (0.75 + Math.random() / 2)));
  }
}
