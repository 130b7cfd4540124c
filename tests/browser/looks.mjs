// Every page of the demo at the width of a small phone in the light and of a desktop in the dark: it
// fits its window, nothing is scrolled to the side, and axe finds nothing wrong with it, contrast
// included.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import axe from "axe-core";

const anna = "anna.devries@example.org";
const cornelis = "cornelis.admiraal@example.org";

/** The pages that a GET serves, by name. */
async function addresses(demo) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const call = (to) => mails.find((mail) => mail.to.includes(to) && mail.wave === "call").number;
  const link = async (to, nth) =>
    (await (await fetch(`${demo.url}/_local/mails/${call(to)}.json`)).json()).links[nth];
  const mail = `${demo.url}/inbox/${call(anna)}`;
  const largest = await largestMail(demo, mails);
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
    missing: `${demo.url}/m/${"A".repeat(39)}R`,
  };
}

/** The number of the mail with the most links. */
async function largestMail(demo, mails) {
  let most = { links: [] };
  for (const { number } of mails) {
    const mail = await (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
    if (mail.links.length > most.links.length) most = mail;
  }
  return most.number;
}

/** The questions and answers that follow a form, none of which stores anything. */
const asked = {
  empty: "",
  letters: "12a87",
  toomany: "0128701",
  unusual: "09999",
  below: "00001",
};

/** What axe finds wrong, one rule a line. */
async function mistakes(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
      iframes: false,
    }),
  );
  const where = (rule) => rule.nodes.map((node) => node.target.join(" ")).slice(0, 3);
  return violations.map((rule) => `${rule.id} at ${where(rule).join(", ")}`).join("; ");
}

/** Looks at one page, which is open. */
async function look(page, name, shots, check) {
  const size = await page.evaluate(() => ({
    wanted: document.documentElement.scrollWidth,
    given: window.innerWidth,
  }));
  check(`${name} fits`, size.wanted <= size.given, `${size.wanted} of ${size.given}`);
  const found = await mistakes(page);
  check(`${name}: axe finds nothing`, found === "", found);
  await page.screenshot({ path: join(shots, `${name.replaceAll(" ", "-")}.png`), fullPage: true });
}

/** Opens a window of each kind, one after the other, and does something in it. */
async function inEachWindow(browser, work) {
  for (const [width, colorScheme] of [[320, "light"], [1280, "dark"]]) {
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
  await inEachWindow(browser, async (page, window) => {
    for (const [name, url] of Object.entries(pages)) {
      await page.goto(url);
      await look(page, `${window} ${name}`, shots, check);
    }
    for (const [name, typed] of Object.entries(asked)) {
      await page.goto(pages.question);
      await send(page, typed);
      await look(page, `${window} ${name}`, shots, check);
    }
  });
}

/** A reading that came: its receipt, the page that corrects it, and who answers from an older page. */
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
    for (const [name, url] of Object.entries({ receipt, received: question })) {
      await page.goto(url);
      await look(page, `${window} ${name}`, shots, check);
    }
    const text = await page.locator("main").innerText();
    check("who answered is not told of an estimate", !text.includes("schatting"), text);
  });
}

/** A reading that is usual for the meter behind a link: a year's use after the last one. */
export async function likely(link) {
  const html = await (await fetch(link)).text();
  const [, meter] = /Watermeter (\S+?)</.exec(html);
  const set = new URL("../../infra/local/demo/readings.csv", import.meta.url);
  const lines = (await readFile(set, "utf8")).split("\n").filter((line) => line.startsWith(`${meter};`));
  const [before, last] = lines.map((line) => Number(line.split(";")[3])).sort((a, b) => a - b).slice(-2);
  return String(last + (last - before)).padStart(5, "0");
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
    await page.goto(question);
    await look(page, `${window} ended`, shots, check);
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
