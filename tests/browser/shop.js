// A shop's pages, as plain as they can be: each has the script's tag and what the test puts before it.
import { createServer } from 'node:http';

/** Starts the shop on a free port. Its cart knows what the page's requests put into it. */
export async function startShop() {
  const shop = { head: '', tag: '', cart: {}, puts: [] };
  const server = createServer(async (request, response) => {
    if (request.url === '/cart/update.js') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const put = JSON.parse(Buffer.concat(chunks).toString());
      shop.puts.push(put);
      // As Shopify does it: an empty value takes the attribute away.
      Object.assign(shop.cart, put.attributes);
      for (const [name, value] of Object.entries(shop.cart)) if (value === '') delete shop.cart[name];
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ attributes: shop.cart }));
    } else if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
    } else {
      response
        .setHeader('Content-Type', 'text/html; charset=utf-8')
        .end(`<!doctype html><title>Shop</title><script>${shop.head}</script>${shop.tag}<p>${request.url}</p>`);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  shop.url = `http://localhost:${server.address().port}`;
  shop.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return shop;
}
