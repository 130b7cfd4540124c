// The pages in a real browser: every state as the tests of `shared/views` leave it, and against
// `meterlink demo` how every page looks, whole flows by the keys, and one at the width of a small phone
// and of a desktop, with scripts switched off. The last line is "N passed, N failed".

import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import {
  askAColleague,
  askForSeveral,
  canBePrinted,
  isSafeFromScanners,
  isSmallAndQuiet,
} from "./behaviour.mjs";
import {
  answersByKeys,
  correctsByKeys,
  reportsByKeys,
  settlesByKeys,
  worksByKeys,
} from "./keys.mjs";
import {
  addresses,
  afterReading,
  afterTheInvoice,
  anEndedSupply,
  everyMail,
  everyPage,
  likely,
  look,
  spareLinks,
  whenNothingCanBeStored,
} from "./looks.mjs";
import { everyState } from "./states.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shots = join(root, "target/browser");
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const anna = "anna.devries@example.org";
const cornelis = "cornelis.admiraal@example.org";

/** Whether a port of 127.0.0.1 can be listened on, and which it is: 0 is any. */
function tryPort(wanted) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(undefined));
    server.listen(wanted, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The first of five ports in a row that nobody listens on. */
async function freePort() {
  for (;;) {
    const port = await tryPort(0);
    const others = await Promise.all([1, 2, 3, 4].map((above) => tryPort(port + above)));
    if (port < 65_532 && others.every(Boolean)) return port;
  }
}

/** Starts the demo; it is up when it has said so. */
async function startDemo() {
  const port = await freePort();
  const demo = spawn(join(root, "target/debug/meterlink"), ["demo", "--port", String(port)]);
  demo.stderr.pipe(process.stderr);
  let said = "";
  await new Promise((resolve, reject) => {
    demo.stdout.on("data", (data) => {
      said += data;
      if (said.includes("Ctrl-C")) resolve();
    });
    demo.on("error", reject);
    demo.on("exit", (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      demo.removeAllListeners("exit");
      demo.on("exit", (code, signal) => resolve(signal ?? code));
      demo.kill("SIGINT");
    });
  return { url: `http://127.0.0.1:${port}`, said, stop };
}

let passed = 0;
let failed = 0;

/** One expectation, on a line of its own. */
function check(name, holds, seen) {
  if (holds) {
    passed += 1;
    console.log(`ok      ${name}`);
  } else {
    failed += 1;
    console.log(`FAILED  ${name}${seen === undefined ? "" : `: ${seen}`}`);
  }
}

/** Whether the page fits its window: nothing is scrolled to the side. */
function fits(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

/** Inbox, link, reading, receipt, inbox, a week, and a reminder that leaves the address out. */
async function flow(browser, demo, width, address, value) {
  const at = (name) => `${width} px: ${name}`;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  const shot = (of, name) => of.screenshot({ path: join(shots, `${width}-${name}.png`) });

  await page.goto(`${demo.url}/inbox`);
  check(at("the inbox lists the mail"), await page.getByText(address).first().isVisible());
  check(at("the inbox fits"), await fits(page));
  await shot(page, "inbox");
  await page.getByRole("link", { name: address }).last().click();
  check(at("the mail fits"), await fits(page));
  const mail = page.frameLocator("iframe");
  await mail.getByRole("link").first().waitFor();
  await shot(page, "mail");
  const opened = context.waitForEvent("page");
  await mail.getByRole("link").first().click();
  const form = await opened;
  await form.waitForLoadState();
  check(at("the link opens a page of its own"), new URL(form.url()).pathname.startsWith("/m/"));
  check(at("the page fits"), await fits(form));
  await shot(form, "page");
  await form.locator("input[inputmode]").first().fill(value);
  await form.locator("form button").first().click();
  const receipt = await form.locator("main").innerText();
  check(at("the receipt has a number"), /2026-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]/.test(receipt), receipt);
  check(at("the receipt fits"), await fits(form));
  await shot(form, "receipt");
  await form.close();

  await page.goto(`${demo.url}/ops`);
  check(at("the back office fits"), await fits(page));
  await shot(page, "ops");
  await context.close();
}

/** A link of somebody who has not answered. */
async function openQuestion(demo) {
  const { mails } = await (await fetch(`${demo.url}/_local/mails`)).json();
  const reminder = mails.findLast((mail) => mail.wave === "r1" && !mail.to.includes(cornelis));
  return (await (await fetch(`${demo.url}/_local/mails/${reminder.number}.json`)).json()).links[0];
}

await mkdir(shots, { recursive: true });
const demo = await startDemo();
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
try {
  const banner = /Inbox +(\S+) +(\d+) mails waiting/.exec(demo.said);
  check("the banner names the inbox", banner?.[1] === `${demo.url}/inbox`, demo.said);

  await everyState(browser, root, shots, check);
  await everyPage(browser, demo, shots, check);

  const { question, english, cannot, ask, missing } = await addresses(demo);
  await isSmallAndQuiet(browser, { question, english, cannot, ask, missing }, check);
  await isSafeFromScanners(browser, demo, { question, english, cannot, ask }, check);
  const [unused, unusual, often, reported, corrected, disputed] = await spareLinks(demo);
  await worksByKeys(browser, unused, shots, check);
  await answersByKeys(browser, unusual, check);
  await reportsByKeys(browser, reported, await likely(reported), check);
  await correctsByKeys(browser, corrected, await likely(corrected), check);
  await settlesByKeys(browser, disputed, await likely(disputed), check);
  await whenNothingCanBeStored(browser, demo, often, shots, check);
  await canBePrinted(browser, { question, english }, shots, check);

  await flow(browser, demo, 320, anna, "01287");
  const mails = async () => (await (await fetch(`${demo.url}/_local/mails`)).json()).mails;
  const to = async (address) => (await mails()).filter((one) => one.to.includes(address));
  const call = (await to(cornelis))[0];
  const asked = await (await fetch(`${demo.url}/_local/mails/${call.number}.json`)).json();
  check("a mail of two addresses has two links", asked.links.length === 2, asked.links.length);
  await flow(browser, demo, 1280, cornelis, await likely(asked.links[0]));

  // A week later, pressed in the bar.
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(`${demo.url}/inbox`);
  await page.getByRole("button", { name: "+1 week" }).click();
  check("the clock moved and led back", page.url() === `${demo.url}/inbox`, page.url());
  const clock = await page.locator(".clock time").getAttribute("datetime");
  check("it is a week later", clock === "2026-12-03T09:00", clock);
  const waves = (list) => list.map((one) => one.wave).join(" ");
  const annas = waves((await to(anna)).filter((one) => one.wave !== "rcp"));
  check("who answered for all is not reminded", !annas.includes("r1"), annas);
  const reminder = (await to(cornelis)).find((one) => one.wave === "r1");
  const second = await (await fetch(`${demo.url}/_local/mails/${reminder.number}.json`)).json();
  check("the reminder has one link", second.links.length === 1, second.links.length);
  check("the reminder leaves out what came", second.links[0] !== asked.links[0]);
  await page.goto(`${demo.url}/inbox/${reminder.number}`);
  await page.screenshot({ path: join(shots, "1280-reminder.png") });
  await context.close();

  const { receipt, received } = await afterReading(browser, demo, shots, check);
  await isSafeFromScanners(browser, demo, { received }, check);
  const onPaper = { receipt, "receipt english": `${receipt}?lang=en` };
  await canBePrinted(browser, onPaper, shots, check);
  await askAColleague(browser, demo, await openQuestion(demo), shots, look, check);
  await askForSeveral(browser, demo, shots, look, check);
  await anEndedSupply(browser, demo, root, shots, check);
  await afterTheInvoice(browser, demo, shots, check);
  await everyMail(browser, demo, shots, check);
} catch (error) {
  check("the flow ran to its end", false, error.stack);
} finally {
  await browser.close();
  const ended = await demo.stop();
  check("SIGINT ends the demo with 0", ended === 0, ended);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
