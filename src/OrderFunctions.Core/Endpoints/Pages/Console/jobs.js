// Replays and discards that go on by themselves, with their progress.

const progressOf = (jobs) => jobs.map((job) => `${job.id} ${job.state} ${job.done}`).join();

function tellOfEnds(before, now) {
  const ended = now.filter(
    (job) => job.state !== 'running' && before.find((each) => each.id === job.id)?.state === 'running',
  );
  if (ended.length)
    announce(
      ended.map((job) => `${jobTitle(job)}: ${job.state}, ${number(job.done)} of ${number(job.matched)}.`).join(' '),
    );
}

function jobTitle({ action }) {
  return action === 'discard' ? 'Discarding' : 'Replaying';
}

function jobsSection(jobs, act) {
  return h(
    'section',
    { 'aria-labelledby': 'jobs' },
    h('h2', { id: 'jobs' }, 'Under way and done'),
    h(
      'ul',
      { class: 'jobs' },
      jobs.slice(0, 5).map((job) => jobItem(job, act)),
    ),
  );
}

function jobItem(job, act) {
  const isRunning = job.state === 'running';
  const title = `${jobTitle(job)} ${filterText(job.filter)}`;
  return h(
    'li',
    { 'data-key': job.id },
    h('span', { class: `badge ${job.state === 'done' ? 'good' : 'off'}` }, job.state),
    h(
      'div',
      { class: 'what' },
      h('strong', {}, title),
      job.perMinute && `, ${number(job.perMinute)} a minute`,
      h('progress', { max: Math.max(job.matched, 1), value: job.done, 'aria-label': title }),
      h(
        'div',
        {},
        `${number(job.done)} of ${number(job.matched, job.isMatchedAtLeast)}${restOf(job)}. Begun `,
        time(job.startedAt),
        ', last ',
        time(job.updatedAt),
      ),
      job.note && h('div', { class: 'said' }, words(job.note)),
    ),
    isRunning &&
      h(
        'button',
        { type: 'button', onclick: () => act.cancel(job) },
        'Cancel',
        h('span', { class: 'unseen' }, ` ${title}`),
      ),
  );
}

function filterText({ ids, ...filter }) {
  const parts = Object.entries(filter).map(([name, value]) => `${name} ${[...String(value)].slice(0, 80).join('')}`);
  return [...parts, ids && counted(ids.length, 'chosen', 'chosen')].filter(Boolean).join(', ') || 'all that was parked';
}
