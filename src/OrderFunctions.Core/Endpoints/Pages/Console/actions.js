// Replaying parked deliveries, or discarding them: first a dry run, then at once or as a job.

/** @param what filter: which are meant; title: in words. */
function replayDialog(what, refresh) {
  dryRunDialog({
    title: `Replay: ${what.title}`,
    path: 'api/parked/replay',
    fields: () => [
      numberField('perMinute', 'How many a minute (empty: as fast as the provider takes them)'),
      numberField('max', 'At most this many (empty: all)'),
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'checkbox', name: 'force' }),
        'Also those that were replayed three times in vain',
      ),
    ],
    bodyOf: (form) => ({
      ...what.filter,
      perMinute: countOf(form.perMinute),
      max: countOf(form.max),
      force: form.force.checked || undefined,
    }),
    verb: 'Replay',
    done: (result) => `${number(result.replayed)} replayed${restOf(result)}`,
    refresh,
  });
}

function discardDialog(what, refresh) {
  dryRunDialog({
    title: `Discard: ${what.title}`,
    path: 'api/parked/discard',
    fields: () => [
      h('p', {}, 'Nobody is told of a discarded event any more. A newer event of the order starts anew.'),
      noteField('Note: why. It stays in the record of each order', true),
      numberField('max', 'At most this many (empty: all)'),
    ],
    bodyOf: (form) => ({ ...what.filter, max: countOf(form.max), note: form.note.value.trim() }),
    verb: 'Discard',
    isDanger: true,
    done: (result) => `${number(result.discarded)} discarded${restOf(result)}`,
    refresh,
  });
}

function numberField(name, label) {
  return [
    h('label', { for: name }, label),
    h('input', { id: name, name, type: 'number', min: 1, max: 2147483647, step: 1 }),
  ];
}

function countOf(input) {
  return input.value ? Number(input.value) : undefined;
}

function restOf({ heldBack, superseded, unknownIds }) {
  return [
    heldBack > 0 && `; ${number(heldBack)} held back, which were replayed three times in vain`,
    superseded > 0 && `; ${number(superseded)} left out, because a newer event has been told`,
    unknownIds && `; ${number(unknownIds.length)} of the chosen are not parked any more`,
  ]
    .filter(Boolean)
    .join('');
}

function dryRunDialog({ title, path, fields, bodyOf, verb, isDanger, done, refresh }) {
  let body, dry, problem, isBusy;

  async function run(isDryRun, update) {
    if (isBusy) return null;
    [isBusy, problem] = [true, null];
    update();
    try {
      return await send('POST', path, { ...body, dryRun: isDryRun });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
      return null;
    } finally {
      isBusy = false;
    }
  }

  async function tryDry(close, update) {
    body = bodyOf(dialog.querySelector('form').elements);
    dry = await run(true, update);
    update();
  }

  async function go(close, update) {
    const result = await run(false, update);
    if (!result) return update();
    close();
    announce(`${done(result)}.${result.job ? ' The rest follows; its progress is at the top of the page.' : ''}`);
    await refresh();
  }

  const dialog = openDialog(
    title,
    (close, update) => {
      // What was counted is what was asked for then.
      const reset = () => {
        if (dry) {
          dry = null;
          update();
        }
      };
      return [
        h('div', { oninput: reset }, fields()),
        h('p', { class: 'result', role: 'status' }, isBusy ? 'One moment …' : dry && dryText(dry)),
        problemText(problem),
        buttons(
          cancelButton(close),
          h('button', { disabled: isBusy }, 'Dry run'),
          h(
            'button',
            {
              type: 'button',
              class: isDanger ? 'danger' : 'primary',
              disabled: isBusy || !dry?.matched,
              onclick: () => go(close, update),
            },
            dry?.matched ? `${verb} ${number(dry.matched - (dry.heldBack ?? 0) - (dry.superseded ?? 0))}` : verb,
          ),
        ),
      ];
    },
    tryDry,
  );
}

function dryText(result) {
  const matched = counted(result.matched, 'delivery matches', 'deliveries match', result.isMatchedAtLeast);
  return `${matched}${restOf(result)}. Nothing was done yet.`;
}
