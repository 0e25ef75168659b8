// Data that is kept fresh: read again and again while the page is seen, more seldom while the host fails.

const longestWait = 60_000;
const sources = new Set();

/**
 * Calls load(signal), then show(data), every so many milliseconds.
 * @returns refresh(): now; stop().
 */
function live(load, show, every) {
  const end = new AbortController();
  const source = { problem: null, failures: 0, refresh };
  let timer, reading;

  async function read() {
    clearTimeout(timer);
    try {
      const data = await load(end.signal);
      if (end.signal.aborted) return;
      Object.assign(source, { problem: null, failures: 0 });
      show(data);
    } catch (error) {
      if (end.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      Object.assign(source, { problem: error, failures: source.failures + 1 });
    } finally {
      reading = null;
    }
    showConnection();
    // Where nobody gave a key, asking again by itself would be in the way.
    if (document.hidden || source.problem?.status === 401) return;
    timer = setTimeout(refresh, Math.min(every * 2 ** source.failures, longestWait));
  }

  // What was asked before may be older than what a person has just changed.
  async function refresh() {
    if (reading) await reading;
    if (!end.signal.aborted) await (reading ??= read());
  }

  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : refresh()), {
    signal: end.signal,
  });
  sources.add(source);
  refresh();
  return {
    refresh,
    stop() {
      end.abort();
      clearTimeout(timer);
      sources.delete(source);
    },
  };
}

let wasConnected = true;

function showConnection() {
  const problem = [...sources].find((source) => source.problem)?.problem;
  if (wasConnected === Boolean(problem)) announce(problem ? problem.message : 'The host answers again.');
  wasConnected = !problem;
  const retry = () => sources.forEach((source) => source.refresh());
  render(
    document.getElementById('connection'),
    problem
      ? [
          h('span', { class: 'badge bad' }, 'Not up to date'),
          h('bdi', { class: 'trouble' }, problem.message),
          h('button', { type: 'button', onclick: retry }, problem.status === 401 ? 'Enter the key' : 'Try now'),
        ]
      : [h('span', { class: 'badge good' }, 'Live'), time(new Date().toISOString())],
  );
}
