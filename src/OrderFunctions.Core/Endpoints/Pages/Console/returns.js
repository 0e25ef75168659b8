// What came back of orders that AvantLink was told of: it is told by a file that a person uploads there.

const returnsPath = 'api/returns?provider=avantlink';

function returnsView(view) {
  let returns;
  const draw = () =>
    render(view, heading('Returns due at AvantLink'), returns ? returnsOf(returns, source.refresh) : waiting());
  const source = live(
    (signal) => get('api/returns', { provider: 'avantlink', format: 'json' }, signal),
    (data) => ((returns = data), draw()),
    60_000,
  );
  draw();
  return [source];
}

function returnsOf({ returns, apart }, refresh) {
  return [
    h('p', {}, 'AvantLink’s API can’t take an order back. Upload this file there, daily or weekly.'),
    buttons(
      h(
        'button',
        {
          type: 'button',
          onclick: () => tellingProblems(() => download(''), 'The file is downloaded; it stays in this list.'),
        },
        'Download the file',
      ),
      h(
        'button',
        { type: 'button', disabled: returns.length === 0, onclick: () => askToMark(returns, refresh) },
        'Download and mark as told …',
      ),
    ),
    returnsTable('In the file', returns),
    apart.length > 0 && [
      h('p', { class: 'error' }, 'The file can’t say these: tell AvantLink of them by hand.'),
      returnsTable('Apart from the file', apart),
    ],
  ];
}

function returnsTable(caption, returns) {
  return h(
    'div',
    { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': caption },
    h(
      'table',
      { class: 'stacks' },
      h(
        'caption',
        {},
        caption,
        ': ',
        counted(returns.length, 'order', 'orders'),
        returns.length > 0 && [' of ', moneyOf(sumsOf(returns)) || 'unknown amounts'],
      ),
      h('thead', {}, h('tr', {}, ['Order', 'Came back', 'Placed', 'Amount', 'Lines'].map(columnHead))),
      h('tbody', {}, returns.map(returnRow)),
    ),
  );
}

function returnRow(each) {
  return h(
    'tr',
    { 'data-key': `return-${each.orderId}` },
    h('th', { scope: 'row' }, h('a', { href: orderAddress(each.orderId) }, h('bdi', {}, each.orderId))),
    h('td', { 'data-name': 'Came back' }, time(each.leftAt)),
    h('td', { 'data-name': 'Placed' }, time(each.placedAt) ?? '–'),
    h('td', { class: 'number', 'data-name': 'Amount' }, each.amount === undefined ? 'not known' : money(each)),
    h(
      'td',
      { 'data-name': 'Lines' },
      each.note && words(each.note),
      h(
        'ul',
        { class: 'plain' },
        each.lines.map((line) =>
          h(
            'li',
            {},
            `${line.quantity} × `,
            h('bdi', {}, line.sku ?? 'the order'),
            line.amount === undefined ? '' : ` at ${money({ amount: line.amount })}`,
            ` (${line.reason})`,
          ),
        ),
      ),
    ),
  );
}

function askToMark(returns, refresh) {
  confirmDialog({
    title: 'Download and mark as told',
    text: [
      `The file has ${counted(returns.length, 'order', 'orders')}. They are not listed again: upload this very file to AvantLink.`,
      'If it gets lost, the log’s lines returns.marked have each order and its amount.',
    ],
    label: 'Download and mark',
    act: async () => {
      await download('&mark=true');
      announce('The file is downloaded, its orders are marked as told.');
      await refresh();
    },
  });
}

async function download(parameters) {
  const response = await call('GET', returnsPath + parameters, { accept: 'text/csv' });
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'returns.csv';
  const address = URL.createObjectURL(await response.blob());
  h('a', { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
