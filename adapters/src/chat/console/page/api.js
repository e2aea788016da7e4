// Speaks with the console's API: the token of this start, JSON, pictures, and the feed of changes.

import { word } from "/page/words.js";

let token = null;

/** The API said no: its own words, and what to type instead. */
export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

/** Takes the token from the address (and out of the address bar), or from this tab's storage. */
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  token = given ?? sessionStorage.getItem("token");
  return token !== null;
}

async function call(path, options = {}) {
  const headers = { Authorization: `Bearer ${token}`, ...options.headers };
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok) return answer;
  const { error } = await answer.json().catch(() => ({ error: { message: word("no_answer") } }));
  throw new Refused(answer.status, [error.message, error.next].filter(Boolean).join(" "));
}

/** Reads the feed line by line; yields null once connected, then each change. */
async function* events() {
  const answer = await call("/api/events");
  yield null;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line.startsWith("data:")) yield JSON.parse(line.slice(5));
  }
}

export const api = {
  get: async (path) => (await call(path)).json(),
  post: async (path, body) =>
    (await call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json(),
  picture: async (path) => URL.createObjectURL(await (await call(path)).blob()),
  events,
};
