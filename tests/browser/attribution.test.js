// attribution.js in a real Chromium, against the local host and the sandbox. CONTRIBUTING.md has the command.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { startApp } from './app.js';
import { startShop } from './shop.js';

const token = '77_f3afbe121';
const click = '59d08c54-18e6-4e0d-9c06-d18be3510e43';
const sample = JSON.parse(
  readFileSync(new URL('../../samples/webhooks/shopify-order.json', import.meta.url), 'utf8')
);
const landing = `/shoes?avad=${token}&gclid=g-1&duel_a=nick.t.4&click=${click}`;
// What Shopify's pages have, as far as the script uses it.
const shopify = (consent) => `
  window.Shopify = { routes: { root: '/' }, customerPrivacy: { marketingAllowed: () => window.allowed } };
  window.allowed = ${consent};
  window.choose = (allowed) => {
    window.allowed = allowed;
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { marketingAllowed: allowed } }));
  };`;

let browser, shop, app, context, page, troubles, reports;

before(async () => {
  shop = await startShop();
  app = await startApp(shop.url);
  browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});

after(async () => {
  await browser?.close();
  await app?.stop();
  shop?.stop();
});

beforeEach(async () => {
  Object.assign(shop, { head: shopify(true), cart: {}, puts: [] });
  tag('data-consent="shopify" data-cart="shopify"');
  await app.forget();
  context = await browser.createBrowserContext();
  page = await context.newPage();
  troubles = [];
  reports = [];
  page.on('pageerror', (error) => troubles.push(`${error}`));
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  page.on('request', (request) => {
    if (request.url().endsWith('/clicks') && request.method() === 'POST') reports.push(request.postData());
  });
});

afterEach(async () => {
  await context.close();
  assert.deepEqual(troubles, [], 'the page must not notice the script');
});

const tag = (attributes, script = `${app?.url}attribution.js`) => {
  shop.tag = `<script src="${script}" defer ${attributes}></script>`;
};

const visit = async (path, options) => {
  await page.goto(shop.url + path, { waitUntil: 'networkidle0', ...options });
};

const cookies = async () => Object.fromEntries((await context.cookies()).map((cookie) => [cookie.name, cookie]));

const attribution = () => page.evaluate(() => window.orderFunctions.attribution());

test('AvantLink gets the click and, three pages and a webhook later, the order with the same ids', async () => {
  await visit(landing, { referer: 'https://blog.example/' });
  await visit('/shoes/red');
  await visit('/cart');
  const [got] = await app.received('click', 1);

  // Shopify makes note_attributes of the cart's attributes.
  const now = new Date().toISOString();
  await app.tellByShopify({
    ...sample,
    created_at: now,
    processed_at: now,
    updated_at: now,
    landing_site: '/',
    note_attributes: Object.entries(shop.cart).map(([name, value]) => ({ name, value })),
  });
  const [order] = await app.received('order', 1);

  assert.equal(got.tracking_ids.avantlink_avad, token);
  assert.deepEqual(order.tracking_ids, got.tracking_ids);
  assert.deepEqual([order.google_click_id, got.google_click_id], ['g-1', 'g-1']);
  assert.equal(got.current_url, shop.url + landing);
  assert.equal(got.user_agent, await browser.userAgent());
  assert.equal(order.current_url, `${shop.url}/cart`);
  assert.deepEqual([shop.cart._duel_a, shop.cart._retrack_click], ['nick.t.4', click]);
  assert.equal((await app.received('click')).length, 1, 'once, not from every page');
  assert.equal(reports.length, 1);
});

test('What is kept stays as long as the platforms say, readable by the shop alone', async () => {
  await visit(landing);

  const kept = await cookies();
  const days = (name) => Math.round((kept[name].expires - Date.now() / 1000) / 86400);
  assert.deepEqual(Object.keys(kept).sort(), ['of_avad', 'of_duel_a', 'of_gclid', 'of_told', 'of_vid', 'retrack_click']);
  assert.deepEqual([days('of_avad'), days('retrack_click')], [30, 10]);
  assert.ok(Object.values(kept).every((cookie) => cookie.sameSite === 'Lax' && cookie.domain === 'localhost'));
});

test('With consent refused nothing is kept and nothing is sent', async () => {
  shop.head = shopify(false);
  await visit(landing);
  await page.evaluate(() => window.choose(false));
  await visit('/cart');

  assert.deepEqual(await cookies(), {});
  assert.deepEqual([shop.puts, reports], [[], []]);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  assert.deepEqual(await attribution(), {});
  assert.equal((await app.received('click')).length, 0);
});

test('With consent given on the landing page all is kept and sent then, and not before', async () => {
  shop.head = shopify(false);
  await visit(landing);
  assert.deepEqual([await cookies(), shop.puts, reports], [{}, [], []]);

  await page.evaluate(() => window.choose(true));
  const [got] = await app.received('click', 1);

  assert.equal(got.tracking_ids.avantlink_avad, token);
  assert.equal(shop.cart._avad, token);
});

test('With consent withdrawn what was kept is gone, from the cart, too', async () => {
  await visit(landing);
  assert.equal(shop.cart._avad, token);

  await page.evaluate(() => window.choose(false));
  await page.waitForNetworkIdle();

  assert.deepEqual([await cookies(), shop.cart], [{}, {}]);
});

test('A visitor who came by no link leaves no trace', async () => {
  await visit('/shoes?utm_source=letter&click=here');
  await visit('/cart');

  assert.deepEqual([await cookies(), shop.puts, reports], [{}, [], []]);
  assert.deepEqual(await attribution(), {});
});

test('A later link counts and is told of, too', async () => {
  await visit(landing);
  await visit('/hats?avad=88_other');
  await app.received('click', 2);

  assert.deepEqual(
    (await app.received('click')).map((got) => got.tracking_ids.avantlink_avad),
    [token, '88_other']
  );
  assert.equal(shop.cart._avad, '88_other');
});

test('The Customer Privacy API is loaded where the page has not done it', async () => {
  shop.head = `
    window.Shopify = { loadFeatures: (features, done) => setTimeout(() => {
      window.asked = features[0].name;
      window.Shopify.customerPrivacy = { marketingAllowed: () => true };
      done();
    }, 50) };`;
  await visit(landing);

  assert.equal((await app.received('click', 1)).length, 1);
  assert.equal(await page.evaluate(() => window.asked), 'consent-tracking-api');
});

test('A WooCommerce shop asks the WP Consent API, and its server reads the cookies', async () => {
  tag('data-consent="wordpress"');
  shop.head = 'window.allowed = false; window.wp_consent_type = "optin"; window.wp_has_consent = (kind) => kind === "marketing" && window.allowed;';
  await visit(landing);
  assert.deepEqual([await cookies(), reports], [{}, []]);

  await page.evaluate(() => {
    window.allowed = true;
    document.dispatchEvent(new CustomEvent('wp_listen_for_consent_change', { detail: { marketing: 'allow' } }));
  });
  await app.received('click', 1);

  assert.equal((await cookies()).of_avad.value, token);
  assert.deepEqual(shop.puts, []);
});

test('The WP Consent API may come after the script', async () => {
  tag('data-consent="wordpress"');
  shop.head = 'addEventListener("DOMContentLoaded", () => { window.wp_consent_type = "optin"; window.wp_has_consent = () => true; });';
  await visit(landing);

  assert.equal((await app.received('click', 1)).length, 1);
});

test('The WP Consent API is not believed before a consent tool has said its type', async () => {
  tag('data-consent="wordpress"');
  shop.head = 'window.wp_fallback_consent_type = ""; window.wp_has_consent = () => window.wp_consent_type !== "optin";';
  await visit(landing);
  await page.evaluate(() => {
    window.wp_consent_type = 'optin';
    document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
  });
  assert.deepEqual([await cookies(), reports], [{}, []]);

  await page.evaluate(() => {
    window.wp_has_consent = () => true;
    document.dispatchEvent(new CustomEvent('wp_consent_type_defined'));
  });
  assert.equal((await app.received('click', 1)).length, 1);
});

test("A shop of one's own tells the script of consent and asks it for the order's attribution", async () => {
  tag('');
  shop.head = '';
  await visit(landing);
  assert.deepEqual([await cookies(), reports], [{}, []]);

  await page.evaluate(() => window.orderFunctions.consent(true));
  const [got] = await app.received('click', 1);

  assert.deepEqual(await attribution(), {
    avantLinkToken: token,
    retrackClick: click,
    affiliate: 'nick.t.4',
    googleClickId: 'g-1',
    visitorIds: got.tracking_ids.visitor_id,
    userAgent: await browser.userAgent(),
    pageUrl: shop.url + landing,
    referrerUrl: '',
  });
});

test('The click of the redirect page is in the attribution', async () => {
  tag('data-consent="given"');
  // Over http a browser takes no Secure cookie; behind the shop's own domain there is https.
  await context.setCookie({ name: 'retrack_click', value: click, domain: 'localhost', path: '/' });
  await visit('/shoes');

  assert.equal((await attribution()).retrackClick, click);
  assert.deepEqual(reports, [], 'AvantLink has nothing to do with it');
});

test('A click that did not arrive is told from the next page', async () => {
  await page.setRequestInterception(true);
  let times = 0;
  page.on('request', (request) => {
    const lost = request.url().endsWith('/clicks') && request.method() === 'POST' && times++ === 0;
    return lost ? request.abort() : request.continue();
  });
  await visit(landing);
  // The browser itself writes of a connection that fails.
  assert.deepEqual(troubles.splice(0), ['Failed to load resource: net::ERR_FAILED']);
  assert.equal((await app.received('click')).length, 0);

  await visit('/cart');

  assert.equal((await app.received('click', 1))[0].tracking_ids.avantlink_avad, token);
});

for (const [what, head, attributes] of [
  ['a broken cookie', "document.cookie = 'of_avad=%E0%A4%A';" + shopify(true), 'data-consent="shopify"'],
  ['no fetch', 'delete window.fetch; window.fetch = undefined;' + shopify(true), 'data-consent="shopify" data-cart="shopify"'],
  ['a consent tool that throws', 'window.Shopify = { customerPrivacy: {} };', 'data-consent="shopify"'],
  ['no cookies at all', "Object.defineProperty(document, 'cookie', { get() { throw Error('no'); } });", 'data-consent="given"'],
  ['settings that are none', '', 'data-consent="given" data-clicks="http://" data-days="x" data-cart="y"'],
  ['a script twice', 'window.orderFunctions = {};', 'data-consent="given"'],
]) {
  test(`A page with ${what} goes on as ever`, async () => {
    tag(attributes);
    shop.head = head;
    await visit(landing);

    assert.match(await page.evaluate(() => document.body.textContent), /shoes/);
  });
}
