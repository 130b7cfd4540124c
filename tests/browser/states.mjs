// Every state of every page behind a link, in Dutch and in English, as the tests of `shared/views` leave
// them: also those that no demo comes to. In each window, in forced colours and on paper it fits, and axe
// finds nothing wrong with it; on a small phone it still fits when text is twice as large.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { allWindows, fits, mistakes } from "./looks.mjs";

/** What the pages are looked at in: every window, forced colours on a small phone, and a sheet of A4. */
const places = [
  ...allWindows.map(([width, colorScheme]) => ({ name: `${width} ${colorScheme}`, width, colorScheme })),
  { name: "forced colours", width: 320, colorScheme: "dark", forcedColors: "active" },
  { name: "paper", width: 794, colorScheme: "light", media: "print" },
];

/** Looks at every state; pictures are made on a small phone in the light. */
export async function everyState(browser, root, shots, check) {
  const states = await left(join(root, "target/tmp/pages"));
  check("every state is left by the tests of views", states.length > 200, states.length);
  const wrong = new Map(states.map(({ name }) => [name, []]));
  // At once: each place has a process of its own.
  await Promise.all(places.map((place) => lookIn(browser, place, states, shots, wrong)));
  for (const [name, found] of wrong) {
    check(`${name} fits everywhere, and axe finds nothing`, found.length === 0, found.join("; "));
  }
}

/** The files of `folder`, each page once: many are the same whatever the meter is. */
async function left(folder) {
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => ({
      name: name.replace(".html", ""),
      html: await readFile(join(folder, name), "utf8"),
    })),
  );
  const first = new Map();
  for (const file of files) {
    if (!first.has(file.html)) first.set(file.html, file);
  }
  return [...first.values()];
}

/** Looks at every state in one place. */
async function lookIn(browser, { name: place, width, ...features }, states, shots, wrong) {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  await page.emulateMedia(features);
  for (const { name, html } of states) {
    const tell = (what) => wrong.get(name).push(`${place}: ${what}`);
    await page.setContent(html);
    const { wanted, given } = await fits(page);
    if (wanted > given) tell(`${wanted} of ${given}`);
    // Forced colours are the person's own, and axe takes ours for what is seen.
    const found = await mistakes(page, features.forcedColors ? ["color-contrast"] : []);
    if (found !== "") tell(found);
    if (place !== "320 light") continue;
    await page.screenshot({ path: join(shots, `state-${name}.png`), fullPage: true });
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    const large = await fits(page);
    if (large.wanted > large.given) tell(`text at 200 %: ${large.wanted} of ${large.given}`);
  }
  await context.close();
}
