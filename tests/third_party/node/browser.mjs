// Checks in a real browser that every page works: nothing is held back by its own policy, the search box finds,
// and the docs page executes an operation; at its own address and below a path that a proxy strips.
//
// usage: node browser.mjs SERVICE [SNAPSHOT]: the address of the service, and the folder of a snapshot, which a plain
// web server gives as it lies on the disk

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const [service, snapshot] = process.argv.slice(2);
const WIDTHS = [390, 1280];
const PREFIX = "/aciq";
const ARCHIVE = "/archive";
const PAGES = 18; // of a snapshot: its own, that of the lists, and one for each of them
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// A proxy that strips a path, as a web server that serves several programs does.
function proxy() {
  const server = http.createServer((request, answer) => {
    if (!request.url.startsWith(`${PREFIX}/`)) {
      answer.writeHead(404).end("outside of the path");
      return;
    }
    const target = new URL(request.url.slice(PREFIX.length), service);
    const passed = http.request(target, { method: request.method, headers: request.headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    request.pipe(passed);
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

// A plain web server that gives a folder below a path, a page where a folder is asked for.
function files(folder) {
  const types = { ".html": "text/html; charset=utf-8", ".json": "application/json", ".csv": "text/csv; charset=utf-8" };
  const server = http.createServer((request, answer) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      assert.ok(pathname.startsWith(`${ARCHIVE}/`) && !pathname.includes(".."));
      let file = join(folder, decodeURIComponent(pathname.slice(ARCHIVE.length)));
      if (statSync(file).isDirectory()) {
        assert.ok(pathname.endsWith("/"));
        file = join(file, "index.html");
      }
      const body = readFileSync(file);
      answer.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      answer.writeHead(404).end("no such file");
    }
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

// The pages of a snapshot, by their paths.
function pages(folder) {
  const all = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith("index.html"));
  assert.equal(all.length, PAGES, `${all}`);
  return all.map((file) => file.slice(0, -"index.html".length)).sort();
}

// Goes from a page by its last link of its own, which must lead to something.
async function follow(page) {
  const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
  const own = links.findLast((link) => link.startsWith(new URL(ARCHIVE, page.url()).href));
  assert.ok(own, `${page.url()} links to nothing of its own`);
  const given = await page.evaluate(async (link) => (await fetch(link)).status, own);
  assert.equal(given, 200, own);
}

// Opens a page and tells what its console complains of.
async function open(context, address, width, visit = async () => {}) {
  const page = await context.newPage();
  await page.setViewportSize({ width, height: 800 });
  const complaints = [];
  page.on("console", (message) => {
    // Beside JSON, which cannot name an icon, a browser asks for one at the root of the host.
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) {
      complaints.push(`${message.text()} ${message.location().url}`);
    }
  });
  page.on("response", (answer) => answer.status() >= 400 && complaints.push(`${answer.status()} ${answer.url()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  await page.goto(address, { waitUntil: "networkidle" });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await visit(page);
  await page.close();
  assert.deepEqual(complaints, [], `${address} at ${width} px`);
  return overflow;
}

// Types words into the search box and submits it.
async function search(page) {
  await page.getByRole("searchbox").fill("şəffaflıq");
  const [answer] = await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Search" }).click()]);
  assert.equal(answer.status(), 200, page.url());
  const found = await answer.json();
  assert.ok(found.meta.total > 0, `${page.url()} finds nothing`);
}

// Executes an operation of the docs page as it stands: what is optional must be left out.
async function execute(page, id) {
  const operation = page.locator(`[id$="${id}"]`);
  await operation.scrollIntoViewIfNeeded({ timeout: 60_000 });
  await operation.locator(".opblock-summary-control").first().click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  const answered = page.waitForResponse((answer) => answer.url().includes("/v1/plans"));
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = await answered;
  assert.equal(answer.status(), 200, answer.url());
  assert.equal(new URL(answer.url()).search, "", "optional parameters are sent along");
  assert.ok((await answer.json()).meta.total > 0, "the operation finds nothing");
  return answer.url();
}

const folder = mkdtempSync(join(tmpdir(), "browser-"));
const prefixed = await proxy();
const archive = snapshot && (await files(snapshot));
const context = await chromium.launchPersistentContext(folder, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ARGUMENTS,
});
try {
  const behind = `http://127.0.0.1:${prefixed.address().port}${PREFIX}`;
  for (const width of WIDTHS) {
    for (const place of [service, behind]) {
      assert.ok((await open(context, `${place}/`, width, search)) <= 0, `${place}/ is wider than ${width} px`);
      await open(context, `${place}/docs/`, width, (page) => execute(page, "list_plans"));
      await open(context, `${place}/docs`, width, (page) => page.waitForSelector(".opblock"));
      await open(context, `${place}/problems/not-found`, width);
    }
    for (const path of snapshot ? pages(snapshot) : []) {
      const address = `http://127.0.0.1:${archive.address().port}${ARCHIVE}/${path}`;
      const overflow = await open(context, address, width, follow);
      assert.ok(overflow <= 0, `${address} is wider than ${width} px by ${overflow}`);
    }
  }
  console.log(`${WIDTHS.length} widths, at ${service} and below ${PREFIX}: the search finds, the docs page executes, no complaint`);
  if (snapshot) {
    console.log(`${PAGES} pages of a snapshot fit both widths, lead to their data and complain of nothing`);
  }
} finally {
  await context.close();
  prefixed.close();
  archive?.close();
  rmSync(folder, { recursive: true, force: true });
}
