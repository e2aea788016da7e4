// The board outside demo mode, looked at in headless Chromium by somebody who is on call.
//
//   node board.mjs ADDRESS_WITH_TOKEN FOLDER
//
// R-1 is being measured, R-2 is queued behind it, both on `shop`; R-3 waits for a yes on `payments`, cy asked for it.
// `stage.mjs` says what else is needed, and what becomes of FOLDER.

import { DESK, PHONE, accessible, address, check, equal, fits, open, played, reachable, shot, shows } from "./stage.mjs";

/** The narrowest phone that people carry, CSS pixels. */
const NARROW = { ...PHONE, viewport: { width: 360, height: 740 } };

await played(async () => {
  const desk = await open("desk", DESK, "#board article");
  await check("what waits for somebody stands first", () => reads(desk, ["R-3"], ["R-1", "R-2"]));
  await check("it says what, who asked, where, since when and who may decide", () => says(desk));
  await check("each state is said in words", () => states(desk));
  await check("the tab says how many wait", async () => equal(await desk.title(), "(1) Sluice"));
  await check("there is nothing to type, to press or to act as", () => nothingToDo(desk));
  await check("whoever says or presses something is refused", refused);
  await check("every control is reached by Tab", () => reachable(desk, [], ["Open requests", "#ops", "#payments", "The plan"]));
  await shot(desk, "1-board");
  await check("a plan opens by keyboard, and stays open", () => plan(desk));
  await shot(desk, "2-plan");
  await check("the board has no axe violations", () => accessible(desk));
  await desk.emulateMedia({ colorScheme: "dark" });
  await check("the dark board has no axe violations", () => accessible(desk));
  await shot(desk, "3-dark");
  await check("a channel can be read, without buttons", () => channel(desk));
  await check("the channel has no axe violations", () => accessible(desk));
  await shot(desk, "4-channel");

  const phone = await open("phone", NARROW, "#board article");
  await check("nothing scrolls sideways on a narrow phone", () => fits(phone));
  await check("the phone's board has no axe violations", () => accessible(phone));
  await shot(phone, "5-phone");
  for (const summary of await phone.locator("summary").all()) await summary.tap();
  await check("nor do the plans", () => fits(phone));
  await shot(phone, "6-phone-plan");
});

async function reads(page, waits, rest) {
  equal(await requests(page, "#board-waits"), waits.join(" "));
  equal(await requests(page, "#board-rest"), rest.join(" "));
}

async function requests(page, group) {
  const shown = await page.locator(`${group} article`).evaluateAll((all) => all.map(({ dataset }) => dataset.request));
  return shown.join(" ");
}

function request(page, id) {
  return page.locator(`article[data-request=${id}]`);
}

async function says(page) {
  const waiting = request(page, "R-3");
  for (const words of ["invoices to parallelism 2", "cy", "payments", /asked (now|\d+ (second|minute)s? ago)/, /1 of flink-owners \(ana, bo\)/]) {
    await shows(waiting, words);
  }
}

async function states(page) {
  await shows(request(page, "R-3").locator(".headline"), "waiting");
  await shows(request(page, "R-2").locator(".headline"), "queued");
  await shows(request(page, "R-2"), "#R-1");
  await shows(request(page, "R-1").locator(".headline"), "settling");
}

/** Besides the places to go to, all that can be pressed here is told by name. */
async function nothingToDo(page) {
  const controls = page.locator("button:visible, input:visible, select:visible, textarea:visible");
  const met = await controls.evaluateAll((all) => all.map((control) => control.textContent.trim()));
  equal(met.join(", "), "Open requests, #payments, #ops");
}

/** Told by another client: a refusal would be an error in the browser's own console. */
async function refused() {
  const { origin, hash } = new URL(address);
  const headers = { Authorization: `Bearer ${new URLSearchParams(hash.slice(1)).get("token")}`, "Content-Type": "application/json" };
  const bodies = {
    "/api/say": { as: "bo", channel: "payments", text: "approve R-3" },
    "/api/press": { as: "bo", message: "1", button: "approve:R-3" },
  };
  for (const [path, body] of Object.entries(bodies)) {
    const answer = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
    const { error } = await answer.json();
    equal(`${answer.status} ${error.code}`, "403 READ_ONLY", path);
  }
}

async function plan(page) {
  const summary = request(page, "R-3").locator("summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  await shows(request(page, "R-3").locator("details"), /checkpoints/);
  await page.waitForResponse(/\/api\/board$/);
  await page.waitForResponse(/\/api\/board$/);
  equal(await request(page, "R-3").locator("details").evaluate(({ open }) => open), true, "open");
  equal(await summary.evaluate((element) => document.activeElement === element), true, "in focus");
}

async function channel(page) {
  await page.getByRole("button", { name: "#payments" }).click();
  await shows(page.locator("#log article"), /waiting: cy asks/);
  await nothingToDo(page);
}
