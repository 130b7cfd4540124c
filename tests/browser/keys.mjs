// Whole flows by the keys alone, on a small phone and with scripts switched off: what has the focus is
// what was said last, what is reached is marked, and nothing is chosen before somebody chose it.

import { join } from "node:path";

/** A page that is worked by the keys alone. */
async function open(browser, url, check, colorScheme = "light") {
  const context = await browser.newContext({
    viewport: { width: 320, height: 900 },
    colorScheme,
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(url);
  const focused = () => page.locator(":focus");
  return {
    page,
    focused,
    /** What has the focus, as it is read out. */
    said: async () => ((await focused().count()) === 1 ? focused().innerText() : "nothing has the focus"),
    /** Goes on to the next thing that `selector` matches. */
    tabTo: async (selector) => {
      for (let step = 0; step < 30; step += 1) {
        await page.keyboard.press("Tab");
        if (await focused().evaluate((element, wanted) => element.matches(wanted), selector)) return;
      }
      check(`the keys reach ${selector}`, false, await page.locator("main").innerText());
    },
    /** The width of the line around what has the focus. */
    outline: async () =>
      Number.parseFloat(await focused().evaluate((element) => getComputedStyle(element).outlineWidth)),
    /** Types over what the field holds. */
    type: async (text) => {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(text);
    },
    /** The words of the answers that are chosen. */
    chosen: async () => (await page.locator(".choice:has(:checked)").allInnerTexts()).join(" "),
    main: () => page.locator("main").innerText(),
    /** Presses the key of a link, a button or a field, and waits for the page that answers. */
    enter: async () => {
      const answered = page.waitForEvent("load");
      await page.keyboard.press("Enter");
      await answered;
    },
    close: () => context.close(),
  };
}

/** The number on a receipt. */
function numberOf(text) {
  return /2026-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]/.exec(text)?.[0];
}

/** A reading and a mailbox that are no such thing, and where the focus is then. */
export async function worksByKeys(browser, question, shots, check) {
  const { page, focused, said, outline, type, enter, close } = await open(browser, question, check);
  const seen = [];
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press("Tab");
    const name = await focused().evaluate(
      (element) => element.getAttribute("name") ?? element.textContent.trim(),
    );
    seen.push(name);
    if (/^r\d/.test(name)) break;
  }
  check("the keys reach the field", /^r\d/.test(seen.at(-1)), seen.join(", "));
  const width = await outline();
  check("what the keys reach is marked", width >= 2, width);
  await page.screenshot({ path: join(shots, "320-keys.png") });
  await type("12a87");
  await enter();
  const summary = await said();
  check("a mistake takes the focus", summary.includes("nog niet opgeslagen"), summary);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const target = await focused().getAttribute("name");
  check("the summary leads to the field", /^r\d/.test(target ?? ""), target);
  await page.goto(`${question}/ask`);
  await page.locator("#email").focus();
  await type("jan@gemeente");
  await enter();
  const wrong = await said();
  check("a mistake in a mailbox takes the focus", wrong.includes("niets verstuurd"), wrong);
  await close();
}

/** A question about an unusual value: changed at first, then kept. */
export async function answersByKeys(browser, question, check) {
  const keys = await open(browser, question, check, "dark");
  const { page, said, outline, tabTo, type, chosen, enter, close } = keys;
  const send = async () => {
    await tabTo("input.digits");
    await type("09999");
    await enter();
  };
  await send();
  const preset = await chosen();
  check("no answer is chosen before", preset === "", preset);
  await tabTo("input[type=radio]");
  // From the first answer upwards lies the last one.
  await page.keyboard.press("ArrowUp");
  const no = await chosen();
  check("the arrows choose an answer", no.startsWith("Nee"), no);
  await tabTo("button[type=submit]");
  await enter();
  const typed = await page.locator("input.digits").first().inputValue();
  check("who changes it finds what was typed", typed === "09999", typed);
  await send();
  await tabTo("input[type=radio]");
  await page.keyboard.press("Space");
  const yes = await chosen();
  check("the space bar chooses an answer", yes.startsWith("Ja"), yes);
  const width = await outline();
  check("the answer that has the focus is marked", width >= 2, width);
  await tabTo("button[type=submit]");
  await enter();
  const receipt = await said();
  check("the receipt takes the focus", receipt.includes("Wij hebben uw meterstand ontvangen"), receipt);
  await close();
}

/** A meter that cannot be read: sent without a reason at first, then with one, and read after all. */
export async function reportsByKeys(browser, question, value, check) {
  const keys = await open(browser, question, check);
  const { page, said, main, tabTo, type, chosen, enter, close } = keys;
  await tabTo("a[href$='/cannot']");
  await enter();
  const asked = await main();
  check("it is asked why the meter cannot be read", asked.includes("Waarom kunt u de meter niet aflezen?"), asked);
  await tabTo("button[type=submit]");
  await enter();
  const refused = await said();
  check("a report without a reason takes the focus", refused.includes("Kies een antwoord"), refused);
  await tabTo(".errors a");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  const reason = await chosen();
  check("a reason is chosen by the arrows", reason === "Ik kan er niet bij", reason);
  await enter();
  check("a report leads back to the address", page.url() === question, page.url());
  const noted = await said();
  check("that it was noted takes the focus", noted.includes("Wij weten het nu."), noted);
  await tabTo("input.digits");
  await type(value);
  await enter();
  const receipt = await main();
  check("who reported can still send a reading", numberOf(receipt) !== undefined, receipt);
  await page.goto(question);
  const gone = await main();
  check("a reading ends the report", !gone.includes("Wij weten het nu."), gone);
  await close();
}

/** A reading, and another one in its place before the invoice, in English. */
export async function correctsByKeys(browser, question, value, check) {
  const keys = await open(browser, `${question}?lang=en`, check);
  const { page, said, main, tabTo, type, enter, close } = keys;
  await tabTo("input.digits");
  await type(value);
  await enter();
  const first = numberOf(await main());
  const received = await said();
  check("the English receipt takes the focus", received.includes("We have received your reading"), received);
  await tabTo("main a[href$='?lang=en']");
  await enter();
  const known = await main();
  check("what came is shown, and the field is empty", known.includes(`We received ${value}`), known);
  await tabTo("input.digits");
  const empty = await page.locator("input.digits").inputValue();
  check("nothing is filled in to be corrected", empty === "", empty);
  const other = String(Number(value) + 1).padStart(5, "0");
  await type(other);
  await enter();
  const corrected = await main();
  check("the receipt of a correction has its value", corrected.includes(other), corrected);
  check("it names the one it replaces", /Replaces\s+2026/.test(corrected) && corrected.includes(first), corrected);
  await close();
}

/** Two people send other values: the second keeps that of the first, and a third their own. */
export async function settlesByKeys(browser, question, value, check) {
  const [mine, last] = [1, 2].map((more) => String(Number(value) + more).padStart(5, "0"));
  const [first, second, third] = [
    await open(browser, question, check),
    await open(browser, question, check),
    await open(browser, question, check, "dark"),
  ];
  const send = async ({ tabTo, type, enter }, typed) => {
    await tabTo("input.digits");
    await type(typed);
    await enter();
  };
  await send(first, value);
  const stored = numberOf(await first.main());
  await send(second, mine);
  const asked = await second.said();
  check("two values take the focus", asked.includes(value) && asked.includes(mine), asked);
  check("neither is chosen before", (await second.chosen()) === "", await second.chosen());
  await second.tabTo("input[type=radio]");
  await second.page.keyboard.press("Space");
  const theirs = await second.chosen();
  check("the first answer is what came before", theirs.startsWith(value), theirs);
  await second.enter();
  const same = await second.main();
  check("who takes it is led to its receipt", numberOf(same) === stored, same);

  await send(third, last);
  await third.tabTo("input[type=radio]");
  await third.page.keyboard.press("ArrowUp");
  const own = await third.chosen();
  check("the last answer is what was typed", own.startsWith(last), own);
  await third.tabTo("button[type=submit]");
  await third.enter();
  const replaced = await third.main();
  check(
    "who keeps their own replaces the other",
    replaced.includes(last) && replaced.includes("Vervangt") && replaced.includes(stored),
    replaced,
  );
  for (const { close } of [first, second, third]) await close();
}

/** A colleague's link is taken away again: first with nothing ticked, then with a tick. */
export async function revokesByKeys(browser, ask, check) {
  const keys = await open(browser, ask, check);
  const { page, said, main, tabTo, chosen, enter, close } = keys;
  const box = "input[name^=x]";
  const button = "form:has(input[name=revoke]) button";
  await tabTo(button);
  await enter();
  const refused = await said();
  check("revoking nothing takes the focus", refused.includes("Kies welke link u intrekt"), refused);
  await tabTo(box);
  await page.keyboard.press("Space");
  const ticked = await chosen();
  check("the space bar ticks the link", ticked.startsWith("Ja, trek de link van"), ticked);
  await tabTo(button);
  await enter();
  const listed = await main();
  check("that it was revoked is listed", listed.includes("de link is ingetrokken"), listed);
  await close();
}
