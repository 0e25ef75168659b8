// What needs a person, the most urgent first: what is not ready, who is stopped, what is parked.

// The largest come first.
const mostGroups = 8;

function needsOf(overview, parked, ready, refresh) {
  const groups = parked?.groups ?? [];
  const checks = Object.entries(ready.checks).filter(([, said]) => said !== 'ok');
  const stopped = overview.providers.filter(
    (provider) => provider.enabled && (provider.paused || provider.circuit === 'open'),
  );
  return [
    checks.map(([name, said]) => need(`check ${name}`, 'bad', 'Not ready', [h('strong', {}, name), ' ', words(said)])),
    stopped.map((provider) => stoppedNeed(provider, overview.at, refresh)),
    groups.slice(0, mostGroups).map((group) => parkedNeed(group, overview.at, parked.isComplete === false)),
    groups.length > mostGroups &&
      h(
        'li',
        { class: 'warn', 'data-key': 'more' },
        h('a', { href: parkedAddress({}) }, `${number(groups.length - mostGroups)} more groups of parked deliveries`),
      ),
  ]
    .flat()
    .filter(Boolean);
}

function need(name, kind, label, content, action) {
  return h(
    'li',
    { 'data-key': name, class: kind },
    h('span', { class: `badge ${kind}` }, label),
    h('div', { class: 'what' }, content),
    action,
  );
}

function stoppedNeed(provider, at, refresh) {
  const { kind, text } = stateOf(provider);
  const waits = `${counted(provider.waiting, 'delivery waits', 'deliveries wait', provider.isWaitingAtLeast)}.`;
  const content = provider.paused
    ? [
        provider.pausedSince && ` for ${age(provider.pausedSince, at)}`,
        provider.pauseNote && [': ', words(provider.pauseNote)],
        '. ',
      ]
    : [
        '. Calls fail; the next is tried',
        provider.circuitUntil ? [' at ', time(provider.circuitUntil)] : ' soon',
        '. ',
      ];
  return need(
    `stopped ${provider.provider}`,
    kind,
    text,
    [h('strong', {}, provider.provider), content, waits],
    provider.paused && resumeButton(provider, refresh),
  );
}

function parkedNeed(group, at, isAtLeast) {
  const filter = { provider: group.provider, reason: group.reason };
  return need(
    `parked ${JSON.stringify(filter)}`,
    'warn',
    'Parked',
    [
      h('strong', {}, group.provider ?? 'intake'),
      ' ',
      words(group.reason, 80),
      `: ${counted(group.count, 'delivery', 'deliveries', isAtLeast)}`,
      group.sums.length > 0 && [' of ', h('strong', {}, moneyOf(group.sums))],
      `, the oldest for ${age(group.oldest, at)}.`,
      h('div', { class: 'said' }, words(group.example, 160)),
    ],
    h(
      'a',
      { class: 'button', href: parkedAddress(filter) },
      'Look',
      h('span', { class: 'unseen' }, ` at ${group.provider ?? 'intake'} ${group.reason}`),
    ),
  );
}
