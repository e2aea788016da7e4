// Draws pages in headless Chromium as pictures.
//
//   node picture.mjs WIDTH PAGE.html PICTURE.png [PAGE.html PICTURE.png ...]
//
// SLUICE_TEST_NODE_MODULES and SLUICE_TEST_CHROMIUM say where playwright-core and Chromium are.

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [width, ...files] = process.argv.slice(2);
const { chromium } = createRequire(join(process.env.SLUICE_TEST_NODE_MODULES, "/"))("playwright-core");
const browser = await chromium.launch({ executablePath: process.env.SLUICE_TEST_CHROMIUM, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: Number(width), height: 400 } });
  for (let at = 0; at + 1 < files.length; at += 2) {
    await page.goto(pathToFileURL(resolve(files[at])).href);
    await page.screenshot({ path: files[at + 1], fullPage: true });
    console.log(`picture ${files[at + 1]}`);
  }
} finally {
  await browser.close();
}
