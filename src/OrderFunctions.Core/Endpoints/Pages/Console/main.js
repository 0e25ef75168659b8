// Which view is shown: the address's part behind #, so that each can be linked to.

const views = [
  [/^#?\/?$/, overviewView],
  [/^#\/order\/(.+)$/, orderView],
  [/^#\/parked(?:\?(.*))?$/, parkedView],
  [/^#\/returns$/, returnsView],
];

let shown = [];

function show() {
  const found = views.map(([pattern, view]) => [pattern.exec(location.hash), view]).find(([match]) => match);
  shown.forEach((source) => source.stop());
  const main = document.getElementById('view');
  render(main);
  announce('');
  const [match, view] = found ?? [[], unknownView];
  shown = view(main, match.slice(1));
  for (const link of document.querySelectorAll('nav a')) {
    const isHere = link.hash === location.hash.replace(/\?.*/, '') || (link.hash === '#/' && view === overviewView);
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const title = main.querySelector('h1');
  document.title = `${title.textContent} · OrderFunctions`;
}

function unknownView(view) {
  render(view, heading('There is no such view'), h('p', {}, h('a', { href: '#/' }, 'Overview')));
  return [];
}

function heading(...title) {
  return h('h1', { tabindex: -1 }, title);
}

function waiting() {
  return h('p', { class: 'calm' }, 'Reading …');
}

/** Does what a button asks for, and says what came of it. */
async function tellingProblems(act, done) {
  try {
    await act();
    announce(done);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const dialog = openDialog(
      'That did not work',
      (close) => [problemText(error), buttons(cancelButton(close, 'Close'))],
      () => dialog.close(),
    );
  }
}

addEventListener('hashchange', () => {
  show();
  document.querySelector('h1').focus();
});
document.querySelector('.skip').addEventListener('click', (event) => {
  // Its address would be another view's.
  event.preventDefault();
  document.getElementById('view').focus();
});
document.getElementById('find').addEventListener('submit', (event) => {
  event.preventDefault();
  location.hash = orderAddress(event.target.elements.orderId.value.trim());
});
show();
