// How it stands: what needs a person first, then each provider.

function overviewView(view) {
  let overview, parked, ready;
  const draw = () => render(view, heading('Overview'), overview ? overviewOf(overview, parked, ready, refresh) : waiting());

  // One walk over all that is parked: more seldom, or where its number has changed.
  const summary = live(
    (signal) => get('api/parked/summary', {}, signal),
    (data) => ((parked = data), draw()),
    60_000
  );
  const providers = live(
    (signal) => Promise.all([get('api/overview', {}, signal), readiness(signal)]),
    ([data, checks]) => {
      const isParkedChanged = overview && parkedCounts(overview) !== parkedCounts(data);
      tellOfChanges(overview, data);
      [overview, ready] = [data, checks];
      draw();
      if (isParkedChanged) summary.refresh();
    },
    5_000
  );
  const refresh = () => providers.refresh();
  draw();
  return [providers, summary];
}

const parkedCounts = (overview) => overview.providers.map((provider) => provider.parked).join();

// A host that is not ready answers 503, with its checks as ever.
async function readiness(signal) {
  try {
    return await get('health/ready', {}, signal);
  } catch (error) {
    if (error.status !== 503) throw error;
    return error;
  }
}

function tellOfChanges(before, now) {
  const changed = now.providers.filter(({ provider, circuit, paused }) => {
    const old = before?.providers.find((each) => each.provider === provider);
    return old && (old.circuit !== circuit || old.paused !== paused);
  });
  if (changed.length) announce(changed.map((provider) => `${provider.provider}: ${stateOf(provider).text}`).join('. '));
}

function stateOf({ enabled, paused, circuit }) {
  if (!enabled) return { kind: 'off', text: 'Off' };
  if (paused) return { kind: 'warn', text: 'Paused' };
  if (circuit === 'open') return { kind: 'bad', text: 'Circuit open' };
  if (circuit === 'halfOpen') return { kind: 'warn', text: 'Circuit half open' };
  return { kind: 'good', text: 'Running' };
}

function overviewOf(overview, parked, ready, refresh) {
  const needs = needsOf(overview, parked, ready, refresh);
  const touched = sumsOf((parked?.groups ?? []).flatMap((group) => group.sums));
  return [
    h(
      'section',
      { 'aria-labelledby': 'needs' },
      h('h2', { id: 'needs' }, 'Needs a person'),
      touched.length > 0 &&
        h('p', { class: 'touched' }, 'Parked orders of ', h('strong', {}, moneyOf(touched)), parked.isComplete === false && ' at least'),
      needs.length
        ? h('ul', { class: 'needs' }, needs)
        : h('p', { class: 'calm' }, parked ? 'Nothing. All that was accepted is told or under way.' : 'Reading what is parked …')
    ),
    h(
      'section',
      { 'aria-labelledby': 'providers' },
      h('h2', { id: 'providers' }, 'Providers'),
      h('div', { class: 'cards' }, overview.providers.map((provider) => providerCard(provider, overview.at, refresh))),
      h(
        'p',
        { class: 'aside' },
        `Counted since ${local(overview.countingSince, overview.at)} by this ${overview.scope}`,
        overview.scope === 'instance' ? '; all instances together are in Azure Monitor. ' : '. ',
        `Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`
      )
    ),
  ];
}

// The largest come first.
const mostGroups = 8;

function needsOf(overview, parked, ready, refresh) {
  const groups = parked?.groups ?? [];
  const checks = Object.entries(ready.checks).filter(([, said]) => said !== 'ok');
  const stopped = overview.providers.filter((provider) => provider.enabled && (provider.paused || provider.circuit === 'open'));
  return [
    checks.map(([name, said]) => need(`check ${name}`, 'bad', 'Not ready', [h('strong', {}, name), ' ', words(said)])),
    stopped.map((provider) => stoppedNeed(provider, overview.at, refresh)),
    groups.slice(0, mostGroups).map((group) => parkedNeed(group, overview.at, parked.isComplete === false)),
    groups.length > mostGroups &&
      h('li', { class: 'warn', 'data-key': 'more' }, h('a', { href: parkedAddress({}) }, `${number(groups.length - mostGroups)} more groups of parked deliveries`)),
  ].flat().filter(Boolean);
}

function need(name, kind, label, content, action) {
  return h(
    'li',
    { 'data-key': name, class: kind },
    h('span', { class: `badge ${kind}` }, label),
    h('div', { class: 'what' }, content),
    action
  );
}

function stoppedNeed(provider, at, refresh) {
  const { kind, text } = stateOf(provider);
  const waits = `${counted(provider.waiting, 'delivery waits', 'deliveries wait', provider.isWaitingAtLeast)}.`;
  const content = provider.paused
    ? [provider.pausedSince && ` for ${age(provider.pausedSince, at)}`, provider.pauseNote && [': ', words(provider.pauseNote)], '. ']
    : ['. Calls fail; the next is tried', provider.circuitUntil ? [' at ', time(provider.circuitUntil)] : ' soon', '. '];
  return need(
    `stopped ${provider.provider}`,
    kind,
    text,
    [h('strong', {}, provider.provider), content, waits],
    provider.paused && resumeButton(provider, refresh)
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
    h('a', { class: 'button', href: parkedAddress(filter) }, 'Look', h('span', { class: 'unseen' }, ` at ${group.provider ?? 'intake'} ${group.reason}`))
  );
}

function providerCard(provider, at, refresh) {
  const { kind, text } = stateOf(provider);
  const name = `provider-${provider.provider}`;
  const hour = provider.lastHour;
  return h(
    'article',
    { class: 'card', 'data-key': name, 'aria-labelledby': name },
    h('header', {}, h('h3', { id: name }, provider.provider), h('span', { class: `badge ${kind}` }, text)),
    h(
      'dl',
      { class: 'figures' },
      figure('Waiting', number(provider.waiting, provider.isWaitingAtLeast)),
      figure('Oldest', provider.oldestWaiting ? age(provider.oldestWaiting, at) : '–'),
      figure(
        'Parked',
        provider.parked ? h('a', { href: parkedAddress({ provider: provider.provider }) }, number(provider.parked, provider.isParkedAtLeast)) : '0'
      ),
      figure('Requests a minute', budget(provider))
    ),
    h('figure', {},
      h('figcaption', {}, h('strong', {}, successRate(hour)), ' succeeded, last hour'),
      successChart(provider.minutes, at),
      h('p', { class: 'aside' }, `${number(hour.delivered)} delivered, ${number(hour.retried)} retried, ${number(hour.parked)} parked, ${number(hour.skipped)} skipped`)
    ),
    h('figure', {},
      h('figcaption', {}, 'Latency ', h('strong', {}, `p50 ${milliseconds(hour.p50Ms)}`), ` · p99 ${milliseconds(hour.p99Ms)}`),
      latencyChart(provider.minutes, at)
    ),
    provider.enabled && buttons(provider.paused ? resumeButton(provider, refresh) : pauseButton(provider, refresh))
  );
}

function figure(name, value) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

function budget({ provider, requestsPerMinute: most, requestsLastMinute: used }) {
  return most
    ? [`${number(used)} of ${number(most)} `, h('meter', { min: 0, max: most, value: used, 'aria-label': `${provider}: requests in the last minute` })]
    : number(used);
}

function pauseButton({ provider, waiting }, refresh) {
  const ask = () =>
    confirmDialog({
      title: `Pause ${provider}`,
      text: [
        'No more calls are made to it until it is resumed. Orders go on being accepted, and wait.',
        `Now ${counted(waiting, 'delivery waits', 'deliveries wait')}.`,
      ],
      fields: noteField('Note, for who looks next'),
      label: `Pause ${provider}`,
      act: async (dialog) => {
        const note = dialog.querySelector('#note').value.trim();
        await send('PUT', `api/providers/${provider}/pause`, note ? { note } : undefined);
        announce(`${provider} is paused.`);
        await refresh();
      },
    });
  return h('button', { type: 'button', onclick: ask }, 'Pause', h('span', { class: 'unseen' }, ` ${provider}`));
}

function resumeButton({ provider }, refresh) {
  const resume = async () => {
    await tellingProblems(() => send('DELETE', `api/providers/${provider}/pause`), `${provider} is resumed.`);
    await refresh();
  };
  return h('button', { type: 'button', onclick: resume }, 'Resume', h('span', { class: 'unseen' }, ` ${provider}`));
}
