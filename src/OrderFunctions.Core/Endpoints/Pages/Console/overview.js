// How it stands: what needs a person first, then each provider.

function overviewView(view) {
  let overview, parked, ready;
  const draw = () =>
    render(view, heading('Overview'), overview ? overviewOf(overview, parked, ready, refresh) : waiting());

  // One walk over all that is parked: more seldom, or where its number has changed.
  const summary = live(
    (signal) => get('api/parked/summary', {}, signal),
    (data) => ((parked = data), draw()),
    60_000,
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
    5_000,
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
        h(
          'p',
          { class: 'touched' },
          'Parked orders of ',
          h('strong', {}, moneyOf(touched)),
          parked.isComplete === false && ' at least',
        ),
      needs.length
        ? h('ul', { class: 'needs' }, needs)
        : h(
            'p',
            { class: 'calm' },
            parked ? 'Nothing. All that was accepted is told or under way.' : 'Reading what is parked …',
          ),
    ),
    h(
      'section',
      { 'aria-labelledby': 'providers' },
      h('h2', { id: 'providers' }, 'Providers'),
      h(
        'div',
        { class: 'cards' },
        overview.providers.map((provider) => providerCard(provider, overview.at, refresh)),
      ),
      h(
        'p',
        { class: 'aside' },
        `Counted since ${local(overview.countingSince, overview.at)} by this ${overview.scope}`,
        overview.scope === 'instance' ? '; all instances together are in Azure Monitor. ' : '. ',
        `Times are those of ${Intl.DateTimeFormat().resolvedOptions().timeZone}.`,
      ),
    ),
  ];
}
