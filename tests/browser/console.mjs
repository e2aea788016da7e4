// One incident on the console, played in headless Chromium as people would play it.
//
//   node console.mjs ADDRESS_WITH_TOKEN FOLDER
//
// ADDRESS_WITH_TOKEN is what `sluice run` prints in demo mode. The people ana and bo may both approve; a job `orders` runs
// at a parallelism below 4, with slots for 4. `stage.mjs` says what else is needed, and what becomes of FOLDER.

import { DESK, PHONE, absent, accessible, check, equal, fits, open, played, reachable, shot, shows } from "./stage.mjs";

/** What a whole change with its measuring may take, in milliseconds. */
const CHANGE = 120_000;

await played(async () => {
  const desk = await open("desk", DESK, "#text");
  await check("the token leaves the address bar", async () => equal(new URL(desk.url()).hash, ""));
  await actAs(desk, "ana");
  await check("ana looks first", () => look(desk));
  await check("ana asks with completion, by keyboard alone", () => askByKeyboard(desk));
  const card = sluice(desk, /waiting: ana asks: scale orders to parallelism 4/);
  await check("the card waits and says for whom", () => shows(card, /Waiting for 1 of/));
  await check("every control of the page is reached by Tab", () => reachable(desk, ["person", "text"], ["Approve", "Send"]));
  await shot(desk, "1-waiting");
  await check("ana is refused her own approval, privately", () => refuseOwnApproval(desk, card));
  await shot(desk, "2-refused");
  await check("the waiting page has no axe violations", () => accessible(desk));

  const phone = await open("phone", PHONE, "#text");
  await actAs(phone, "bo");
  await check("bo does not see what was said to ana alone", () => absent(sluice(phone, /cannot approve/)));
  await check("nothing scrolls sideways on a phone", () => fits(phone));
  await shot(phone, "3-phone-waiting");
  await check("bo approves with a tap", () => tap(sluice(phone, /waiting: ana asks/), "Approve"));
  await check("progress is one message with a bar", () => shows(phone.locator("article").filter({ has: phone.locator("progress") }), /#R-1\b/));
  await shot(phone, "4-phone-running");
  await check("the card loses its buttons and names bo", () => decided(desk));
  const verdict = sluice(desk, /^(Better|Same|Worse|Inconclusive)\./);
  await check("the verdict comes, with before and after", () => shows(verdict, /before[\s\S]*after/, CHANGE));
  await check("the chart is shown, and told in words", () => pictured(verdict));
  await verdict.locator("img").scrollIntoViewIfNeeded();
  await shot(desk, "5-verdict");
  await check("the final page has no axe violations", () => accessible(desk));
  await phone.emulateMedia({ colorScheme: "dark" });
  await sluice(phone, /^(Better|Same|Worse|Inconclusive)\./).locator("img").scrollIntoViewIfNeeded();
  await check("the table and the chart fit a phone", () => fits(phone));
  await check("the phone's page has no axe violations", () => accessible(phone));
  await shot(phone, "6-phone-verdict");

  await check("bo asks on the phone", () => ask(phone, "scale orders parallelism 2"));
  await check("ana denies it with a reason, through the dialog", () => denyByKeyboard(desk));
  await check("the thread names who denied, and why", () => shows(sluice(desk, /denied by ana/), /not during the sale/));
  await shot(desk, "7-denied");
  await check("markup that somebody types stays text", () => staysText(desk));
  await desk.emulateMedia({ colorScheme: "dark" });
  await check("the dark page has no axe violations", () => accessible(desk));
  await shot(desk, "8-dark");
});

async function actAs(page, person) {
  await page.locator("#person").selectOption(person);
}

/** The newest message of Sluice whose first line is like this. */
function sluice(page, first) {
  return page.locator("article:not(.person)").filter({ has: page.locator(".headline", { hasText: first }) }).last();
}

async function ask(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#text").press("Enter");
  await page.locator("article.mine .typed", { hasText: text }).last().waitFor();
}

/** Sluice completes the names of jobs that it has seen. */
async function look(page) {
  await ask(page, "status");
  await page.locator("article:not(.person)", { hasText: "orders" }).waitFor();
}

async function askByKeyboard(page) {
  const box = page.locator("#text");
  await box.focus();
  for (const [start, whole] of [["sc", "scale "], ["or", "scale orders "], ["par", "scale orders parallelism "]]) {
    await page.keyboard.type(start);
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("Tab");
    await page.waitForFunction((should) => document.querySelector("#text").value === should, whole);
  }
  await page.keyboard.type('4 because "the backlog grows" incident 4711');
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await sluice(page, /waiting: ana asks/).waitFor();
}

async function refuseOwnApproval(page, card) {
  const approve = card.getByRole("button", { name: "Approve" });
  await approve.focus();
  await page.keyboard.press("Enter");
  const refusal = page.locator("article.private").filter({ hasText: /cannot approve/ });
  await shows(refusal, /only you see this/);
  await shows(card, /Waiting for 1 of/);
}

async function tap(message, button) {
  await message.getByRole("button", { name: button }).tap();
}

async function decided(page) {
  const card = sluice(page, /#R-1 (?!waiting).*ana asks: scale orders to parallelism 4/);
  await shows(card, /Approved by\s*bo/);
  equal(await card.getByRole("button", { name: "Approve" }).count(), 0);
}

async function denyByKeyboard(page) {
  const deny = sluice(page, /waiting: bo asks/).getByRole("button", { name: "Deny" });
  await deny.focus();
  await page.keyboard.press("Enter");
  await page.locator("#prompt[open]").waitFor();
  await accessible(page);
  await page.keyboard.press("Escape");
  await page.locator("#prompt[open]").waitFor({ state: "detached" });
  equal(await deny.evaluate((button) => document.activeElement === button), true, "Escape gives the focus back");
  await page.keyboard.press("Enter");
  await page.keyboard.type("not during the sale");
  await shot(page, "7-dialog");
  await page.locator("#prompt-send").press("Enter");
}

async function staysText(page) {
  const typed = `status <img src=x onerror="document.title='broken'"> @everyone`;
  await ask(page, typed);
  equal(await page.locator("article img[src=x]").count(), 0);
  equal(await page.title(), "Sluice");
}

async function pictured(message) {
  const picture = message.locator("img");
  await picture.waitFor();
  const { alt, width } = await picture.evaluate(async (image) => {
    await image.decode();
    return { alt: image.alt, width: image.naturalWidth };
  });
  if (!alt || width === 0) throw new Error(`alternative text ${JSON.stringify(alt)}, ${width} pixels wide`);
}
