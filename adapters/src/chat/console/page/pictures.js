// Pictures under messages. They need the token, so they are fetched and shown as `blob:`.

import { api } from "/page/api.js";

const WIDTH = 800;
const HEIGHT = 400;

/** A picture; where it cannot be fetched, the words that it stands for. */
export function figure({ url, alt }) {
  const element = document.createElement("figure");
  const picture = document.createElement("img");
  picture.alt = alt;
  picture.width = WIDTH;
  picture.height = HEIGHT;
  element.append(picture);
  show(picture, url).catch(() => element.replaceChildren(alt));
  return element;
}

async function show(picture, url) {
  const blob = await api.picture(url);
  picture.src = blob;
  await picture.decode().finally(() => URL.revokeObjectURL(blob));
}
