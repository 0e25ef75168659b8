// What is parked, as tables: in groups, and one by one.

function groupsTable(summary, matched, filter, act) {
  const isAtLeast = summary.isComplete === false;
  const sums = moneyOf(sumsOf(summary.groups.flatMap((group) => group.sums)));
  return [
    h(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Groups of parked deliveries' },
      h(
        'table',
        { class: 'stacks' },
        h(
          'caption',
          {},
          counted(matched, 'delivery is parked', 'deliveries are parked', isAtLeast),
          sums && `, orders of ${sums}`,
        ),
        h(
          'thead',
          {},
          h('tr', {}, ['Provider', 'Reason', 'Count', 'Amounts', 'Oldest', 'Newest', 'Actions'].map(columnHead)),
        ),
        h(
          'tbody',
          {},
          summary.groups.map((group) => groupRow(group, filter, isAtLeast, act)),
        ),
      ),
    ),
    buttons(
      h(
        'button',
        { type: 'button', onclick: () => act.replay({ filter, title: 'all that match' }) },
        'Replay all that match …',
      ),
      h(
        'button',
        { type: 'button', onclick: () => act.discard({ filter, title: 'all that match' }) },
        'Discard all that match …',
      ),
    ),
  ];
}

const figureColumns = ['Count', 'Amounts', 'Amount', 'Attempts'];

function columnHead(name) {
  return h(
    'th',
    { scope: 'col', class: figureColumns.includes(name) && 'number' },
    name === 'Actions' ? h('span', { class: 'unseen' }, name) : name,
  );
}

function groupRow(group, filter, isAtLeast, act) {
  const of = { ...filter, provider: group.provider, reason: group.reason };
  const title = `${group.provider ?? 'intake'}: ${[...group.reason].slice(0, 80).join('')}`;
  const hidden = h('span', { class: 'unseen' }, ` ${title}`);
  // A filter can't ask for what has no provider.
  const isAddressable = group.provider !== undefined;
  return h(
    'tr',
    { 'data-key': JSON.stringify([group.provider, group.reason]) },
    h('th', { scope: 'row' }, group.provider ?? 'intake'),
    h('td', { 'data-name': 'Reason' }, words(group.reason, 80), h('div', { class: 'said' }, words(group.example, 160))),
    h('td', { class: 'number', 'data-name': 'Count' }, number(group.count, isAtLeast)),
    h(
      'td',
      { class: 'number', 'data-name': 'Amounts' },
      group.sums.length ? group.sums.map((sum) => h('div', {}, money(sum))) : '–',
    ),
    h('td', { 'data-name': 'Oldest' }, time(group.oldest)),
    h('td', { 'data-name': 'Newest' }, time(group.newest)),
    h(
      'td',
      {},
      h(
        'div',
        { class: 'actions' },
        h('a', { class: 'button', href: parkedAddress(of) }, 'List', hidden.cloneNode(true)),
        isAddressable && [
          h(
            'button',
            { type: 'button', onclick: () => act.replay({ filter: of, title }) },
            'Replay …',
            hidden.cloneNode(true),
          ),
          h(
            'button',
            { type: 'button', onclick: () => act.discard({ filter: of, title }) },
            'Discard …',
            hidden.cloneNode(true),
          ),
        ],
      ),
    ),
  );
}

function itemsSection(page, chosen, limit, act) {
  const picked = [...chosen.values()];
  const what = {
    filter: { ids: picked.map((item) => item.id) },
    title: counted(picked.length, 'chosen delivery', 'chosen deliveries'),
  };
  const sums = moneyOf(sumsOf(picked));
  return h(
    'section',
    { 'aria-labelledby': 'items' },
    h('h2', { id: 'items' }, 'One by one, oldest first'),
    h(
      'div',
      { class: 'toolbar' },
      h('label', { class: 'choice' }, chooser(page.items, chosen, null, act), 'All that are listed'),
      h('span', {}, `${number(picked.length)} chosen`, sums && ` · ${sums}`),
      h('button', { type: 'button', disabled: !picked.length, onclick: () => act.replay(what) }, 'Replay chosen …'),
      h('button', { type: 'button', disabled: !picked.length, onclick: () => act.discard(what) }, 'Discard chosen …'),
    ),
    h(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Parked deliveries' },
      h(
        'table',
        { class: 'stacks' },
        h('caption', {}, `The oldest ${number(page.items.length)} that match`),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Chosen')),
            ['Order', 'Provider', 'Reason', 'Amount', 'Attempts', 'Parked'].map(columnHead),
          ),
        ),
        h(
          'tbody',
          {},
          page.items.map((item) => itemRow(item, chosen, act)),
        ),
      ),
    ),
    page.next &&
      (limit < mostListed
        ? buttons(h('button', { type: 'button', onclick: act.more }, 'List more'))
        : h(
            'p',
            { class: 'aside' },
            `No more than ${mostListed} are listed: narrow the filter. “All that match” means the others, too.`,
          )),
  );
}

function chooser(items, chosen, label, act) {
  const checked = items.every((item) => chosen.has(item.id));
  return h('input', {
    type: 'checkbox',
    'aria-label': label,
    checked,
    onchange: (event) => act.choose(items, event.target.checked),
  });
}

function itemRow(item, chosen, act) {
  const name = item.orderId ?? item.kind ?? 'message';
  return h(
    'tr',
    { 'data-key': `item-${item.id}` },
    h('td', {}, chooser([item], chosen, `Choose ${name} at ${item.provider ?? 'intake'}`, act)),
    h(
      'th',
      { scope: 'row', 'data-name': 'Order' },
      item.orderId ? h('a', { href: orderAddress(item.orderId) }, h('bdi', {}, item.orderId)) : name,
      item.eventId && h('div', { class: 'aside' }, h('bdi', {}, item.eventId)),
    ),
    h('td', { 'data-name': 'Provider' }, item.provider ?? 'intake'),
    h('td', { 'data-name': 'Reason' }, words(item.reason, 80), h('div', { class: 'said' }, words(item.description))),
    h('td', { class: 'number', 'data-name': 'Amount' }, item.amount === undefined ? '–' : money(item)),
    h(
      'td',
      { class: 'number', 'data-name': 'Attempts' },
      number(item.attempts),
      item.replays > 0 && h('div', { class: 'aside' }, `replayed ${counted(item.replays, 'time', 'times')}`),
    ),
    h('td', { 'data-name': 'Parked' }, time(item.parkedAt)),
  );
}
