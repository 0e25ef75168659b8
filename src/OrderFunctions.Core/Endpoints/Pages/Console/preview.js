// What an order event would make each provider get. Nothing is sent.

function previewSection(preview, draw) {
  const show = async (event) => {
    event.preventDefault();
    const text = event.target.querySelector('textarea').value;
    try {
      const response = await call('POST', 'api/orders/preview', { body: text });
      Object.assign(preview, { problem: null, ...JSON.parse(await response.text(), digitsKept) });
      announce('The preview is there.');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      Object.assign(preview, { problem: error, providers: null });
    }
    draw();
  };
  return h(
    'section',
    { 'aria-labelledby': 'preview' },
    h('h2', { id: 'preview' }, 'What would be sent'),
    h(
      'form',
      { onsubmit: show },
      h('label', { for: 'event' }, 'An order event, as JSON: each provider’s request is shown, and nothing is sent'),
      h('textarea', { id: 'event', rows: 6, spellcheck: 'false', required: true, class: 'code' }),
      buttons(h('button', {}, 'Show the requests')),
    ),
    problemText(preview.problem),
    preview.providers && h('div', { class: 'cards' }, preview.providers.map(previewCard)),
  );
}

// Of 125.00 no 125 is made: what is shown is what would be sent.
function digitsKept(name, value, context) {
  return typeof value === 'number' && context && JSON.rawJSON ? JSON.rawJSON(context.source) : value;
}

function previewCard({ provider, request, reason, note }) {
  const name = `preview-${provider}`;
  return h(
    'article',
    { class: 'card', 'data-key': name, 'aria-labelledby': name },
    h(
      'header',
      {},
      h('h3', { id: name }, provider),
      h('span', { class: `badge ${request ? 'good' : 'off'}` }, request?.purpose ?? 'nothing'),
    ),
    [reason, note].filter(Boolean).map((text) => h('div', { class: 'said' }, words(text))),
    request && h('pre', { tabindex: 0, 'aria-label': `Request to ${provider}` }, requestText(request)),
  );
}

function requestText({ method, url, headers, body }) {
  const lines = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return [...lines, '', body ? JSON.stringify(body, null, 2) : ''].join('\n').trim();
}
