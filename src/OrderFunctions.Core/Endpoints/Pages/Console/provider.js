// One provider: what waits, how the last hour went, its budget, and the switch.

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
        provider.parked
          ? h(
              'a',
              { href: parkedAddress({ provider: provider.provider }) },
              number(provider.parked, provider.isParkedAtLeast),
            )
          : '0',
      ),
      figure('Requests a minute', budget(provider)),
    ),
    h(
      'figure',
      {},
      h('figcaption', {}, h('strong', {}, successRate(hour)), ' succeeded, last hour'),
      successChart(provider.minutes, at),
      h(
        'p',
        { class: 'aside' },
        `${number(hour.delivered)} delivered, ${number(hour.retried)} retried, ${number(hour.parked)} parked, ${number(hour.skipped)} skipped`,
      ),
    ),
    h(
      'figure',
      {},
      h(
        'figcaption',
        {},
        'Latency ',
        h('strong', {}, `p50 ${milliseconds(hour.p50Ms)}`),
        ` · p99 ${milliseconds(hour.p99Ms)}`,
      ),
      latencyChart(provider.minutes, at),
    ),
    provider.enabled && buttons(provider.paused ? resumeButton(provider, refresh) : pauseButton(provider, refresh)),
  );
}

function figure(name, value) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value));
}

function budget({ provider, requestsPerMinute: most, requestsLastMinute: used }) {
  return most
    ? [
        `${number(used)} of ${number(most)} `,
        h('meter', { min: 0, max: most, value: used, 'aria-label': `${provider}: requests in the last minute` }),
      ]
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
      fields: () => noteField('Note, for who looks next'),
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
