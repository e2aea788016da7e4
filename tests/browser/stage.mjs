// Headless Chromium for the plays beside this: pages, checks that print one line each, pictures.
//
//   node PLAY.mjs ADDRESS_WITH_TOKEN FOLDER
//
// Screenshots go to FOLDER. A play exits 1 at the first check that fails. SLUICE_TEST_NODE_MODULES and
// SLUICE_TEST_CHROMIUM say where playwright-core, axe-core and Chromium are.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const [address, folder] = process.argv.slice(2);
const modules = createRequire(join(process.env.SLUICE_TEST_NODE_MODULES, "/"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

export const DESK = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2 };
export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** What one message may take to appear, in milliseconds. */
const SOON = 15_000;

/** axe's rule sets: WCAG 2.1, levels A and AA. */
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];

const complaints = [];
const browser = await chromium.launch({ executablePath: process.env.SLUICE_TEST_CHROMIUM, args: ["--no-sandbox"] });

/** Plays it to its end, or to the first check that fails. */
export async function played(play) {
  try {
    await play();
    await check("the browser's console has no errors", async () => equal(complaints.join("; "), ""));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

export async function check(what, act) {
  try {
    await act();
    console.log(`ok      ${what}`);
  } catch (error) {
    await Promise.all(browser.contexts().map((context, n) => shot(context.pages()[0], `failed-${n}`)));
    throw new Error(`FAILED  ${what}: ${error.message}`, { cause: error });
  }
}

/** The page, once this stands on it. */
export async function open(name, device, ready) {
  const context = await browser.newContext({ ...device, reducedMotion: "reduce", locale: "en-GB", bypassCSP: false });
  context.setDefaultTimeout(SOON);
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) complaints.push(`${name}: ${line.text()}`);
  });
  page.on("requestfailed", (request) => {
    if (!request.url().endsWith("/api/events")) complaints.push(`${name}: ${request.url()} ${request.failure()?.errorText}`);
  });
  await page.goto(address);
  await page.locator(ready).first().waitFor();
  return page;
}

/** Tab goes round the page; these ids and these names of buttons must be met. */
export async function reachable(page, ids, names) {
  await page.locator("body").evaluate((body) => body.ownerDocument.activeElement.blur());
  const met = new Set();
  const all = await page.locator("a, button, input, select, [tabindex='0']").count();
  for (let n = 0; n < all + 5; n++) {
    await page.keyboard.press("Tab");
    const { id, words } = await page.evaluate(() => {
      const { id, textContent } = document.activeElement;
      return { id, words: textContent.trim() };
    });
    met.add(id).add(words);
  }
  const missed = [...ids, ...names].filter((name) => !met.has(name));
  equal(missed.join(", "), "", "not reached");
}

export async function fits(page) {
  const wide = await page.evaluate(() =>
    [document.documentElement, document.querySelector("main")]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map(({ localName, scrollWidth, clientWidth }) => `${localName} ${scrollWidth} > ${clientWidth}`),
  );
  equal(wide.join(", "), "");
}

/** axe is no part of the page, so it is handed in by the browser, which does not ask the page's policy. */
export async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), WCAG);
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  equal(told.join("\n"), "");
}

export async function shows(message, words, timeout = SOON) {
  await message.filter({ hasText: words }).first().waitFor({ timeout });
}

export async function absent(message) {
  await message.first().waitFor({ state: "detached" });
}

export async function shot(page, name) {
  await page?.screenshot({ path: join(folder, `${name}.png`) });
}

export function equal(is, should, what = "") {
  if (is !== should) throw new Error(`${what} ${JSON.stringify(is)}, not ${JSON.stringify(should)}`.trim());
}
