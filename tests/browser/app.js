// The local host with its sandbox, as a user starts it: it must be built before.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const host = fileURLToPath(
  new URL('../../src/OrderFunctions.Local/bin/Debug/net10.0/OrderFunctions.Local.dll', import.meta.url)
);

const secret = 'webhook-secret';

/** Starts it on free ports for the pages of one origin. */
export async function startApp(origin) {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  const settings = {
    urls: 'http://127.0.0.1:0',
    'Local:DataDirectory': folder,
    'Local:SandboxUrl': 'http://127.0.0.1:0',
    'Storefront:AllowedOrigins:0': origin,
    'Webhooks:Shopify:Enabled': 'true',
    'Credentials:webhook-shopify': secret,
  };
  const process = spawn('dotnet', [host, ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])]);
  let output = '';
  const [sandbox, app] = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      output += chunk;
      const found = [/Sandbox: (http:\S+)received/, /Ready: .* (http:\S+)api\/orders/].map((line) => line.exec(output)?.[1]);
      if (found.every(Boolean)) resolve(found);
    };
    process.stdout.on('data', read);
    process.stderr.on('data', read);
    process.on('exit', () => reject(new Error(`The local host did not start. Was it built?\n${output}`)));
  });
  return {
    url: app,
    /** What AvantLink got at its click or order endpoint, at least `count` of them within ten seconds. */
    async received(endpoint, count = 0) {
      for (const end = Date.now() + 10_000; ; ) {
        const headers = { Accept: 'application/json' };
        const all = await (await fetch(`${sandbox}received?provider=avantlink`, { headers })).json();
        const found = all.filter((call) => call.path.endsWith(`/tracking/${endpoint}`) && call.answer === 200);
        if (found.length >= count || Date.now() > end) return found.map((call) => call.body);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async forget() {
      await fetch(`${sandbox}received`, { method: 'DELETE' });
    },
    /** As Shopify sends an order's webhook. */
    async tellByShopify(order) {
      const body = JSON.stringify(order);
      const answer = await fetch(`${app}webhooks/shopify`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-Shopify-Topic': 'orders/paid',
          'X-Shopify-Shop-Domain': 'shop.myshopify.com',
          'X-Shopify-Hmac-Sha256': createHmac('sha256', secret).update(body).digest('base64'),
        },
        body,
      });
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    async stop() {
      process.removeAllListeners('exit');
      const ended = new Promise((resolve) => process.on('exit', resolve));
      process.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
