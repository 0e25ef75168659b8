// What waits for a person: in groups, one by one, and the jobs that work on it.

const mostListed = 500;
const listedAtFirst = 100;

function parkedView(view, [query]) {
  const filter = filterOf(new URLSearchParams(query));
  const state = { filter, limit: listedAtFirst, chosen: new Map(), summary: null, page: null, jobs: [] };
  const draw = () => render(view, heading('Parked deliveries'), parkedOf(state, act));

  const jobs = live(
    (signal) => get('api/parked/jobs', {}, signal),
    (data) => {
      const isMoved = progressOf(state.jobs) !== progressOf(data.jobs);
      tellOfEnds(state.jobs, data.jobs);
      state.jobs = data.jobs;
      draw();
      if (isMoved) refreshLists();
    },
    3_000,
  );
  const list = live(
    (signal) => get('api/parked', { ...filter, limit: state.limit }, signal),
    (data) => {
      const ids = new Set(data.items.map((item) => item.id));
      for (const id of state.chosen.keys()) if (!ids.has(id)) state.chosen.delete(id);
      state.page = data;
      draw();
    },
    15_000,
  );
  const summary = live(
    (signal) => get('api/parked/summary', filter, signal),
    (data) => ((state.summary = data), draw()),
    60_000,
  );
  const refreshLists = () => Promise.all([list.refresh(), summary.refresh()]);
  const refresh = () => Promise.all([jobs.refresh(), refreshLists()]);

  const act = {
    replay: (what) => replayDialog(what, refresh),
    discard: (what) => discardDialog(what, refresh),
    cancel: async (job) => {
      await tellingProblems(
        () => send('DELETE', `api/parked/jobs/${encodeURIComponent(job.id)}`),
        'Cancelled; the rest stays parked.',
      );
      await refresh();
    },
    choose(items, isChosen) {
      for (const item of items) {
        if (isChosen) state.chosen.set(item.id, item);
        else state.chosen.delete(item.id);
      }
      draw();
    },
    more() {
      state.limit = Math.min(state.limit + listedAtFirst, mostListed);
      list.refresh();
    },
  };
  draw();
  return [jobs, list, summary];
}

const filterNames = ['provider', 'reason', 'orderId', 'since', 'until'];

function filterOf(values) {
  return Object.fromEntries(filterNames.map((name) => [name, values.get(name)?.trim()]).filter(([, value]) => value));
}

function parkedAddress(filter) {
  const given = Object.entries(filter).filter(([, value]) => value);
  return given.length ? `#/parked?${new URLSearchParams(given)}` : '#/parked';
}

function parkedOf(state, act) {
  const { filter, summary, page, jobs, chosen } = state;
  const matched = summary && summary.groups.reduce((count, group) => count + group.count, 0);
  return [
    jobs.length > 0 && jobsSection(jobs, act),
    filterForm(filter),
    h(
      'section',
      { 'aria-labelledby': 'groups' },
      h('h2', { id: 'groups' }, 'By provider and reason'),
      !summary
        ? waiting()
        : matched === 0
          ? h('p', { class: 'calm' }, 'Nothing is parked that matches.')
          : groupsTable(summary, matched, filter, act),
    ),
    page?.items.length > 0 && itemsSection(page, chosen, state.limit, act),
  ];
}

function filterForm(filter) {
  const field = (name, label, type = 'text', value = filter[name] ?? '') =>
    h(
      'div',
      {},
      h('label', { for: `filter-${name}` }, label),
      h('input', { id: `filter-${name}`, name, type, value, step: 'any', autocomplete: 'off' }),
    );
  const apply = (event) => {
    event.preventDefault();
    const values = new Map(new FormData(event.target));
    for (const name of ['since', 'until'])
      if (values.get(name)) values.set(name, new Date(values.get(name)).toISOString());
    location.hash = parkedAddress(filterOf(values));
  };
  return h(
    'form',
    { class: 'filter', 'aria-label': 'Filter', onsubmit: apply },
    field('provider', 'Provider'),
    field('reason', 'Reason'),
    field('orderId', 'Order id'),
    field('since', 'Parked from', 'datetime-local', localInput(filter.since)),
    field('until', 'Parked before', 'datetime-local', localInput(filter.until)),
    buttons(
      h('button', {}, 'Filter'),
      Object.keys(filter).length > 0 && h('a', { class: 'button', href: '#/parked' }, 'Show all'),
    ),
  );
}

function localInput(at) {
  const moment = new Date(at ?? NaN);
  return isNaN(moment) ? '' : moment.toLocaleString('sv-SE').replace(' ', 'T');
}
