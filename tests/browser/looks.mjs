// Every page of the demo at the width of a small phone and of a desktop, in the light and in the dark:
// it fits its window, nothing is scrolled to the side, and axe finds nothing wrong with it, contrast
// included. States that the demo does not come to are in states.mjs.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import axe from "axe-core";

const anna = "anna.devries@example.org";
const cornelis = "cornelis.admiraal@example.org";

/** The windows of which there are pictures, and in which real forms are answered. */
const windows = [[320, "light"], [1280, "dark"]];

/** The windows that every page is looked at in. */
export const allWindows = [...windows, [320, "dark"], [1280, "light"]];

/** The pages that a GET serves, by name. */
export async function addresses(demo) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const call = (to) => mails.find((mail) => mail.to.includes(to) && mail.wave === "call").number;
  const link = async (to, nth) =>
    (await (await fetch(`${demo.url}/_local/mails/${call(to)}.json`)).json()).links[nth];
  const mail = `${demo.url}/inbox/${call(anna)}`;
  const largest = (await largestMail(demo, mails)).number;
  const question = await link(cornelis, 1);
  return {
    inbox: `${demo.url}/inbox`,
    mail,
    text: `${mail}?tab=text`,
    headers: `${mail}?tab=headers`,
    attachments: `${mail}?tab=attachments`,
    size: `${mail}?tab=size`,
    phone: `${mail}?width=phone`,
    largest: `${demo.url}/inbox/${largest}`,
    forward: `${mail}/forward`,
    ops: `${demo.url}/ops`,
    question,
    english: `${question}?lang=en`,
    cannot: `${question}/cannot`,
    "cannot english": `${question}/cannot?lang=en`,
    ask: `${question}/ask`,
    "ask english": `${question}/ask?lang=en`,
    missing: `${demo.url}/m/${"A".repeat(39)}R`,
  };
}

/** Links that no other test uses: behind one link twenty forms are taken an hour. */
export async function spareLinks(demo) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  return (await largestMail(demo, mails)).links;
}

/** The mail with the most links. */
async function largestMail(demo, mails) {
  let most = { links: [] };
  for (const { number } of mails) {
    const mail = await (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
    if (mail.links.length > most.links.length) most = mail;
  }
  return most;
}

/** What leads to each question and answer that follows a form, none of which stores anything. */
async function asked(link) {
  const { before, last } = await shown(link);
  const digits = (value) => String(value).padStart(5, "0");
  const next = digits(last + (last - before));
  return {
    empty: "",
    letters: "12a87",
    toomany: "0128701",
    red: `${next}123`,
    unusual: "09999",
    impossible: "99999",
    below: "00001",
    equal: digits(last),
    low: digits(last + 1),
    swapped: swapped(next),
  };
}

/** The value with the first two neighbours swapped that differ. */
function swapped(value) {
  const at = [...value].findIndex((digit, place) => digit !== value[place + 1]);
  return value.slice(0, at) + value[at + 1] + value[at] + value.slice(at + 2);
}

/** How wide the page wants to be, and how wide its window is. */
export function fits(page) {
  return page.evaluate(() => ({
    wanted: document.documentElement.scrollWidth,
    given: window.innerWidth,
  }));
}

/** What axe finds wrong, one rule after the other; the rules of `without` are left out. */
export async function mistakes(page, without = []) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  // Only the words come back: all that axe notes of a page takes longer to fetch than to find.
  return page.evaluate(async (names) => {
    const { violations } = await window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
      rules: Object.fromEntries(names.map((name) => [name, { enabled: false }])),
      resultTypes: ["violations"],
      iframes: false,
    });
    const where = (rule) => rule.nodes.map((node) => node.target.join(" ")).slice(0, 3);
    return violations.map((rule) => `${rule.id} at ${where(rule).join(", ")}`).join("; ");
  }, without);
}

/** Looks at one page, which is open; its name begins with its window. The rules of `without` are left out. */
export async function look(page, name, shots, check, without = []) {
  const { wanted, given } = await fits(page);
  check(`${name} fits`, wanted <= given, `${wanted} of ${given}`);
  const found = await mistakes(page, without);
  check(`${name}: axe finds nothing`, found === "", found);
  if (!windows.some(([width, colorScheme]) => name.startsWith(`${width} ${colorScheme} `))) return;
  await page.screenshot({ path: join(shots, `${name.replaceAll(" ", "-")}.png`), fullPage: true });
}

/** Opens a window of each kind, one after the other, and does something in it. */
export async function inEachWindow(browser, work, kinds = allWindows) {
  for (const [width, colorScheme] of kinds) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme });
    await work(await context.newPage(), `${width} ${colorScheme}`);
    await context.close();
  }
}

/** Fills the first reading of the page and sends it. */
async function send(page, typed) {
  await page.locator("input.digits").first().fill(typed);
  await page.locator("form button").first().click();
}

/** Looks at every page; the demo is as it was after it. */
export async function everyPage(browser, demo, shots, check) {
  const pages = await addresses(demo);
  const spare = await spareLinks(demo);
  await inEachWindow(browser, async (page, window) => {
    for (const [name, url] of Object.entries(pages)) {
      await page.goto(url);
      await look(page, `${window} ${name}`, shots, check);
    }
    for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
      await page.goto(`${pages.ask}${query}`);
      await page.locator("#email").fill("jan@gemeente");
      await page.locator("form button").first().click();
      await look(page, `${window} ask refused${language}`, shots, check);
    }
  });
  await inEachWindow(browser, async (page, window) => {
    for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
      const link = spare.pop();
      for (const [name, typed] of Object.entries(await asked(link))) {
        await page.goto(`${link}${query}`);
        await send(page, typed);
        await look(page, `${window} ${name}${language}`, shots, check);
      }
    }
  }, windows);
}

/** A reading that came: its receipt, the page that corrects it, and who answers from an older page.
 *  Returns where the receipt is, and the page. */
export async function afterReading(browser, demo, shots, check) {
  const { question } = await addresses(demo);
  const value = await likely(question);
  const context = await browser.newContext({ viewport: { width: 320, height: 900 } });
  const [first, second] = [await context.newPage(), await context.newPage()];
  await first.goto(question);
  await second.goto(question);
  await send(first, value);
  await send(second, String(Number(value) + 1).padStart(5, "0"));
  const choices = await second.locator("label.choice").allInnerTexts();
  const units = choices.length > 0 && choices.every((text) => text.includes("m³"));
  check("of two readings both have their unit", units, choices);
  await look(second, "320 light conflict", shots, check);
  const receipt = first.url();
  await context.close();

  await inEachWindow(browser, async (page, window) => {
    for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
      for (const [name, url] of Object.entries({ receipt, received: question })) {
        await page.goto(`${url}${query}`);
        await look(page, `${window} ${name}${language}`, shots, check);
      }
    }
    await page.goto(question);
    const text = await page.locator("main").innerText();
    check("who answered is not told of an estimate", !text.includes("schatting"), text);
  });
  return { receipt, received: question };
}

/** After the invoice: the link says so, and a reading sent then starts a correction. */
export async function afterTheInvoice(browser, demo, shots, check) {
  await fetch(`${demo.url}/_local/clock`, { method: "POST", body: '{"move":"invoices"}' });
  const link = await invoiced(demo);
  check("a link says that the invoice is made", link !== undefined);
  const lookAt = (name) =>
    inEachWindow(browser, async (page, window) => {
      for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
        await page.goto(`${link}${query}`);
        await look(page, `${window} ${name}${language}`, shots, check);
      }
    });
  await lookAt("invoiced");
  const context = await browser.newContext({
    viewport: { width: 320, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  const older = await context.newPage();
  await older.goto(link);
  const value = await likely(link);
  await page.goto(link);
  await send(page, value);
  const said = await page.locator("main").innerText();
  check("the receipt tells of a new invoice", said.includes("U krijgt een nieuwe afrekening"), said);
  await page.screenshot({ path: join(shots, "320-receipt-of-a-correction.png"), fullPage: true });
  await send(older, String(Number(value) + 1).padStart(5, "0"));
  const refused = await older.locator("main").innerText();
  check("another reading waits for it", refused.includes("niet opgeslagen"), refused);
  await older.screenshot({ path: join(shots, "320-correcting-refused.png"), fullPage: true });
  await context.close();
  await lookAt("correcting");
}

/** A link to a water meter of which the invoice is made, with two readings, and whose wheels do not begin anew. */
async function invoiced(demo) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  for (const { number } of mails.filter((mail) => mail.wave === "call")) {
    const { links } = await (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
    for (const link of links) {
      const html = await (await fetch(link)).text();
      const water = /Watermeter \S+?</.test(html);
      const made = water && html.includes("Uw jaarafrekening is al gemaakt");
      if (made && /^\d{5}$/.test(await likely(link))) return link;
    }
  }
  return undefined;
}

/** What is answered to too many forms, and while the tables cannot be reached. */
export async function whenNothingCanBeStored(browser, demo, link, shots, check) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  for (let nth = 0; nth < 20; nth += 1) await fetch(link, { method: "POST", headers, body: "" });
  const away = { service: "dynamodb", op: "GetItem", times: 3, effect: "error-500-before" };
  await inEachWindow(browser, async (page, window) => {
    for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
      await page.goto(`${link}${query}`);
      await send(page, "01234");
      const kept = await page.locator("input.digits").inputValue();
      check(`${window} too many${language}: what was typed is kept`, kept === "01234", kept);
      await look(page, `${window} too many${language}`, shots, check);
      await fetch(`${demo.url}/_local/faults`, { method: "POST", body: JSON.stringify(away) });
      const answer = await page.goto(`${link}${query}`);
      check(`${window} away${language} is said so`, answer.status() === 503, answer.status());
      await look(page, `${window} away${language}`, shots, check);
    }
  });
}

/** A reading that is usual for the meter behind a link: a year's use after the last one. */
export async function likely(link) {
  const { before, last } = await shown(link);
  return String(last + (last - before)).padStart(5, "0");
}

/** The last two readings of the meter behind a link. */
async function shown(link) {
  const html = await (await fetch(link)).text();
  const [, meter] = /Watermeter (\S+?)</.exec(html);
  const set = new URL("../../infra/local/demo/readings.csv", import.meta.url);
  const lines = (await readFile(set, "utf8")).split("\n").filter((line) => line.startsWith(`${meter};`));
  const [before, last] = lines.map((line) => Number(line.split(";")[3])).sort((a, b) => a - b).slice(-2);
  return { before, last };
}

/** An address whose supply ends in the middle of the campaign: the set is delivered again through S3. */
export async function anEndedSupply(browser, demo, root, shots, check) {
  const { question } = await addresses(demo);
  const html = await (await fetch(question)).text();
  const meter = /Watermeter (\S+?)</.exec(html)?.[1];
  const at = (name) => join(root, "infra/local/demo", name);
  const meters = (await readFile(at("meters.csv"), "utf8")).split("\n");
  const connection = meters.find((line) => line.startsWith(`${meter};`)).split(";")[1];
  const bucket = `http://127.0.0.1:${Number(new URL(demo.url).port) + 2}/local-files-000000000000`;
  const put = (name, body) => fetch(`${bucket}/incoming/again/${name}`, { method: "PUT", body });
  for (const name of ["customers", "connections", "meters", "readings", "advances"]) {
    let text = await readFile(at(`${name}.csv`), "utf8");
    if (name === "connections") text = ended(text, connection);
    await put(`${name}.csv`, text);
  }
  await put("ready", "");
  await fetch(`${demo.url}/_local/clock`, { method: "POST", body: '{"move":"day"}' });
  const answer = await fetch(question);
  check("a link to a supply that ended says so", answer.status === 410, answer.status);
  await inEachWindow(browser, async (page, window) => {
    for (const [language, query] of [["", ""], [" english", "?lang=en"]]) {
      await page.goto(`${question}${query}`);
      await look(page, `${window} ended${language}`, shots, check);
    }
  });
}

/** The file of connections in which the supply of one of them ended. */
function ended(text, connection) {
  const lines = text.split("\n");
  const column = lines[0].split(";").indexOf("supply_end");
  const end = (line) => {
    const cells = line.split(";");
    if (cells[0] === connection) cells[column] = "15-11-2026";
    return cells.join(";");
  };
  return lines.map(end).join("\n");
}

/** The last mail of each kind and language, as a page. Landmarks and the first heading are those of the
 *  program that shows it; in the dark that gives it its ground, and axe would take it for white. */
export async function everyMail(browser, demo, shots, check) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const kinds = new Map(mails.map(({ wave, language, number }) => [`mail ${wave} ${language}`, number]));
  check("there are mails of every kind", kinds.size >= 12, [...kinds.keys()].join(", "));
  const page = ["landmark-one-main", "page-has-heading-one", "region"];
  await inEachWindow(browser, async (seen, window) => {
    const without = window.endsWith("dark") ? [...page, "color-contrast"] : page;
    for (const [name, number] of kinds) {
      const { html } = await (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
      await seen.setContent(html);
      await look(seen, `${window} ${name}`, shots, check, without);
    }
  });
}
