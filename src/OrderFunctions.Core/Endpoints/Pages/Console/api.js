// The routes, and the key: it is in this variable and nowhere else, and gone with the tab.

let key = null;
let asking = null;

// Where the host is: beside this page, whatever a proxy puts in front.
const root = new URL('./', location.href.replace(/[?#].*$/, '').replace(/\/$/, ''));

/** A request that did not succeed. */
class Problem extends Error {
  constructor(status, { title = `The host answered ${status}.`, detail, errors = {}, checks = {} }) {
    super([title, detail].filter(Boolean).join(' '));
    Object.assign(this, { status, errors: Object.entries(errors), checks });
  }
}

async function call(method, path, { body, signal, accept = 'application/json' } = {}) {
  const sent = key;
  const headers = { Accept: accept };
  if (sent) headers['x-functions-key'] = sent;
  if (body) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(new URL(path, root), { method, headers, body, signal, cache: 'no-store' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, { title: 'The host cannot be reached.' });
  }
  if (response.status === 401) {
    // Another request may have asked for it meanwhile.
    if (key === sent) await (asking ??= askForKey(sent !== null).finally(() => (asking = null)));
    return call(method, path, { body, signal, accept });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response) {
  const text = await response.text();
  try {
    return new Problem(response.status, JSON.parse(text));
  } catch {
    // Not the host's own words: a proxy's, or none.
    return new Problem(response.status, {});
  }
}

async function get(path, parameters, signal) {
  const given = Object.entries(parameters ?? {}).filter(([, value]) => value);
  const query = given.length ? `?${new URLSearchParams(given)}` : '';
  return parseJson(await (await call('GET', path + query, { signal })).text());
}

/** Null where the answer has no body. */
async function send(method, path, body) {
  const response = await call(method, path, { body: body && JSON.stringify(body) });
  const text = await response.text();
  return text ? parseJson(text) : null;
}

function askForKey(wasRefused) {
  return new Promise((resolve, reject) => {
    const dialog = openDialog(
      'The key of this host',
      (close) => [
        h('p', {}, 'It is kept in the memory of this tab alone: after a reload you are asked again.'),
        wasRefused && h('p', { class: 'error', role: 'alert' }, 'The host refused that key.'),
        h('label', { for: 'key' }, 'Key'),
        h('input', { id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', required: true }),
        buttons(h('button', { class: 'primary' }, 'Open the console')),
      ],
      () => {
        key = dialog.querySelector('#key').value;
        dialog.close();
        resolve();
      },
    );
    dialog.addEventListener('close', () => reject(new Problem(401, { title: 'The host asks for its key.' })));
  });
}
