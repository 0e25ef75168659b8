// What a person is asked before something is done.

/**
 * @param draw (close, update) -> its elements; drawn again by update().
 * @param submit what Enter and the button without a type do.
 */
function openDialog(title, draw, submit) {
  const dialog = h('dialog', { 'aria-label': title });
  const close = () => dialog.close();
  const update = () =>
    render(
      dialog,
      h(
        'form',
        {
          onsubmit: (event) => {
            event.preventDefault();
            submit(close, update);
          },
        },
        h('h2', {}, title),
        draw(close, update),
      ),
    );
  update();
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function buttons(...children) {
  return h('p', { class: 'buttons' }, children);
}

function cancelButton(close, label = 'Cancel') {
  return h('button', { type: 'button', onclick: close }, label);
}

function problemText(problem) {
  return (
    problem && [
      h('p', { class: 'error', role: 'alert' }, h('bdi', {}, problem.message)),
      problem.errors.length > 0 &&
        h(
          'ul',
          { class: 'error' },
          problem.errors.map(([path, errors]) => h('li', {}, h('bdi', {}, `${path} ${errors.join('; ')}`))),
        ),
    ]
  );
}

/** Asks, does it, and closes; stays open and says so where it fails. */
function confirmDialog({ title, text, label, isDanger, fields, act }) {
  let problem, isBusy;
  const dialog = openDialog(
    title,
    (close) => [
      text.map((sentence) => h('p', {}, sentence)),
      fields?.(),
      problemText(problem),
      buttons(cancelButton(close), h('button', { class: isDanger ? 'danger' : 'primary', disabled: isBusy }, label)),
    ],
    async (close, update) => {
      if (isBusy) return;
      [isBusy, problem] = [true, null];
      update();
      try {
        await act(dialog);
        close();
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        [isBusy, problem] = [false, error];
        update();
      }
    },
  );
}

function noteField(label, isRequired) {
  return [
    h('label', { for: 'note' }, label),
    h('textarea', { id: 'note', rows: 3, maxlength: 1000, required: isRequired }),
  ];
}
