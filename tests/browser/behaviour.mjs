// What a page does, beside how it looks: it needs one request and few bytes, it can be printed, and a
// scanner that presses its buttons has done nothing. None of it stores anything, but for the colleagues
// who are asked at the end.

import { join } from "node:path";

import { revokesByKeys } from "./keys.mjs";
import { inEachWindow } from "./looks.mjs";

/** The most bytes of a page as it is served to a browser that takes gzip, head and all. */
const PAGE = 8_000;

/** One request for each page, within its bytes; nothing is written to the console, kept or set. */
export async function isSmallAndQuiet(browser, pages, check) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let requests = [];
  let said = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  for (const [name, url] of Object.entries(pages)) {
    requests = [];
    said = [];
    const answer = await page.goto(url);
    const outside = requests.filter((one) => !one.startsWith("data:"));
    check(`${name} is one request`, outside.length === 1, outside.join(" "));
    // A page that is not found is said so by the browser itself.
    const own = said.filter((text) => !text.includes("the server responded with a status of"));
    check(`${name} says nothing to the console`, own.length === 0, own.join(" "));
    const sizes = await answer.request().sizes();
    const bytes = sizes.responseHeadersSize + sizes.responseBodySize;
    check(`${name} has few bytes`, 0 < bytes && bytes <= PAGE, bytes);
    check(`${name} comes packed`, answer.headers()["content-encoding"] === "gzip");
    const kept = await page.evaluate(() => document.cookie);
    check(`${name} keeps nothing`, kept === "" && (await context.cookies()).length === 0, kept);
  }
  await context.close();
}

/** Pressing every button of a page as it is served, with scripts on: it is refused, and nothing is
 *  written but how often it was pressed. */
export async function isSafeFromScanners(browser, demo, pages, check) {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const [name, url] of Object.entries(pages)) {
    await page.goto(url);
    const buttons = await page.locator("form button").count();
    for (let nth = 0; nth < buttons; nth += 1) {
      const before = (await calls(demo)).length;
      await page.goto(url);
      await page.locator("details").evaluateAll((all) => all.forEach((each) => (each.open = true)));
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.locator("form button").nth(nth).click();
      const status = (await answer).status();
      check(`${name}: button ${nth + 1} as it is served is refused`, status === 422, status);
      const made = (await calls(demo)).slice(before);
      const wrote = made.filter((call) => !harmless.test(call));
      check(`${name}: button ${nth + 1} as it is served stores and sends nothing`, made.length > 0 && wrote.length === 0, wrote.join("; "));
    }
  }
  await context.close();
}

/** A call that changes nothing, or only the counter of forms behind a link. */
const harmless = /^\d+ (?:dynamodb (?:GetItem|Query|BatchGetItem|UpdateItem local-short-lived) |secretsmanager GetSecretValue )/;

/** Every call of the stand-ins so far, one a line: number, service, operation, table. */
async function calls(demo) {
  return (await (await fetch(`${demo.url}/_local/calls`)).text()).trim().split("\n");
}

/** Paper: the drawing and the words, no controls; of a receipt its value and its number. */
export async function canBePrinted(browser, pages, shots, check) {
  const context = await browser.newContext({ viewport: { width: 794, height: 1123 } });
  const page = await context.newPage();
  await page.emulateMedia({ media: "print" });
  for (const [name, url] of Object.entries(pages)) {
    await page.goto(url);
    const buttons = await page.locator("button:visible").count();
    check(`${name} has no button on paper`, buttons === 0, buttons);
    const words = await page.locator("main").innerText();
    const number = /\/r-([^?]+)/.exec(url)?.[1] ?? "";
    const value = await page.locator(".meter, .value strong").first().isVisible();
    check(`${name} says on paper what it says`, value && words.includes(number), words);
    await page.screenshot({ path: join(shots, `print-${name}.png`), fullPage: true });
    const pdf = await page.pdf({ format: "A4" });
    check(`${name} is one sheet or two`, pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length <= 2);
  }
  await context.close();
}

/** A colleague is asked, answers, and is listed; the pages of it are looked at on the way. */
export async function askAColleague(browser, demo, question, shots, look, check) {
  const context = await browser.newContext({
    viewport: { width: 320, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(question);
  await page.getByRole("link", { name: "Vraag het een collega" }).click();
  await page.locator("#email").fill("jan.jansen@gemeente.example");
  await page.getByRole("button", { name: "Link versturen" }).click();
  const listed = await page.locator("main").innerText();
  check("who was asked is listed", listed.includes("j•••@gemeente.example"), listed);
  await context.close();
  await inEachWindow(browser, async (seen, window) => {
    for (const [name, url] of [["asked", `${question}/ask`], ["asked english", `${question}/ask?lang=en`]]) {
      await seen.goto(url);
      await look(seen, `${window} ${name}`, shots, check);
    }
  });
  await fetch(`${demo.url}/_local/clock`, { method: "POST", body: '{"move":"day"}' });
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const mail = mails.find((one) => one.to.includes("jan.jansen@gemeente.example"));
  check("the colleague has a mail", mail !== undefined);
  const { links } = await (await fetch(`${demo.url}/_local/mails/${mail.number}.json`)).json();
  const theirs = await fetch(links[0]);
  check("the colleague's link opens the address", theirs.status === 200, theirs.status);
  check("a colleague cannot ask on", (await fetch(`${links[0]}/ask`)).status === 404);
  await revokesByKeys(browser, `${question}/ask`, check);
  const revoked = (await fetch(links[0])).status;
  check("a link that was revoked opens nothing", revoked === 404, revoked);
}

/** An account asks one colleague for two of its addresses, on the overview that is mailed to it. */
export async function askForSeveral(browser, demo, shots, look, check) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const call = await withMostLinks(demo, mails.filter((mail) => mail.wave === "call"));
  const context = await browser.newContext({
    viewport: { width: 320, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(`${call.links[0]}/ask`);
  await page.getByText("Voor meer adressen tegelijk").click();
  await page.getByRole("button", { name: "Overzicht sturen" }).click();
  const refused = await page.locator(".errors").innerText();
  check("the overview is not sent untouched", refused.includes("Zet een vinkje"), refused);
  await page.locator("#overview").check();
  await page.getByRole("button", { name: "Overzicht sturen" }).click();
  const said = await page.locator("main").innerText();
  check("it is said that the overview is sent", said.includes("Het overzicht is op"), said);
  await pass(demo);
  const overview = (await newest(demo, call.to[0])).links[0];

  // By the keys alone: two addresses, a mailbox, Enter.
  await page.goto(overview);
  for (const nth of [0, 1]) {
    await page.locator("input[name^=c]").nth(nth).focus();
    await page.keyboard.press("Space");
  }
  await page.locator("#email").focus();
  await page.keyboard.type("piet@gemeente.example");
  await enter(page);
  const listed = await page.locator("main").innerText();
  check("who was asked for two is listed", /p•••@gemeente.example\s+2 adressen/.test(listed), listed);
  await context.close();
  await pass(demo);
  const { links } = await newest(demo, "piet@gemeente.example");
  check("the colleague has two links in one mail", links.length === 2, links.join(" "));
  const list = links[0].replace(/\/a1$/, "");
  await inEachWindow(browser, async (seen, window) => {
    for (const [name, url] of [["overview", overview], ["overview english", `${overview}?lang=en`],
      ["list", list], ["list english", `${list}?lang=en`], ["one of several", links[1]]]) {
      await seen.goto(url);
      await look(seen, `${window} ${name}`, shots, check);
    }
    for (const [name, query] of [["overview refused", ""], ["overview refused english", "?lang=en"]]) {
      await seen.goto(`${overview}${query}`);
      await seen.locator("form button").first().click();
      await look(seen, `${window} ${name}`, shots, check);
    }
  });
  await isSmallAndQuiet(browser, { overview, list }, check);
  await isSafeFromScanners(browser, demo, { overview }, check);

  // Both are taken away at once.
  const asker = await browser.newContext({ javaScriptEnabled: false });
  const revoking = await asker.newPage();
  await revoking.goto(overview);
  await revoking.locator("input[name^=x]").first().check();
  await revoking.getByRole("button", { name: "Intrekken" }).click();
  await asker.close();
  const gone = await Promise.all(links.map(async (link) => (await fetch(link)).status));
  check("links that were revoked open nothing", gone.every((status) => status === 404), gone.join(" "));
}

/** Sends a form by the key, and waits for its answer. */
async function enter(page) {
  const answered = page.waitForEvent("load");
  await page.keyboard.press("Enter");
  await answered;
}

/** Lets ten minutes of the demo pass: what was planned is sent. */
async function pass(demo) {
  const inbox = await (await fetch(`${demo.url}/inbox`)).text();
  const [, now] = /<time datetime="(\d{4}-\d\d-\d\dT\d\d:\d\d)"/.exec(inbox);
  const to = new Date(Date.parse(`${now}Z`) + 600_000).toISOString().slice(0, 16);
  await fetch(`${demo.url}/_local/clock`, { method: "POST", body: JSON.stringify({ to }) });
}

/** The mail with the most links. */
async function withMostLinks(demo, mails) {
  let most = { links: [] };
  for (const { number } of mails) {
    const mail = await (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
    if (mail.links.length > most.links.length) most = mail;
  }
  return most;
}

/** The last mail to a mailbox. */
async function newest(demo, mailbox) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const { number } = mails.findLast((mail) => mail.to.includes(mailbox));
  return (await fetch(`${demo.url}/_local/mails/${number}.json`)).json();
}
