// The last hour as bars, one for each minute. What they show stands beside them as text.

const minutesShown = 60;
const height = 36;

function chart(label, ...bars) {
  const width = minutesShown * 4;
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('path', { class: 'axis', d: `M0 ${height - 0.5}H${width}` }),
    bars,
  );
}

/**
 * One line, drawn as a bar for each minute.
 * @param sizeOf, baseOf of a minute: its bar's length and where it begins, as shares of the chart's height.
 */
function bars(kind, minutes, until, sizeOf, baseOf = () => 0) {
  const lines = minutes.map((minute) => {
    const ago = Math.floor(new Date(until) / 60_000) - Math.floor(new Date(minute.at) / 60_000);
    const size = sizeOf(minute);
    if (!(size > 0) || ago < 0 || ago >= minutesShown) return '';
    const foot = height * (1 - baseOf(minute));
    return `M${(minutesShown - ago) * 4 - 2} ${foot.toFixed(1)}v${(-Math.max(size * height, 1)).toFixed(1)}`;
  });
  return svg('path', { class: `bars ${kind}`, d: lines.join('') });
}

const ended = (counts) => counts.delivered + counts.retried + counts.parked;
const failed = (counts) => counts.retried + counts.parked;

/** The share of the deliveries that succeeded, in whole tenths of a percent, rounded down: 100% means all of them. */
function successRate(counts) {
  return ended(counts) ? `${Math.floor((counts.delivered / ended(counts)) * 1000) / 10}%` : '–';
}

function successChart(minutes, until) {
  const most = Math.max(...minutes.map(ended), 1);
  const worst = minutes.reduce((one, other) => (failed(other) > failed(one) ? other : one), minutes[0]);
  const label =
    worst && failed(worst)
      ? `Deliveries by minute; the most failures at ${local(worst.at, until)}: ${failed(worst)} of ${ended(worst)}.`
      : 'Deliveries by minute; none failed.';
  const share = (count) => count / most;
  return chart(
    label,
    bars('told', minutes, until, (minute) => share(minute.delivered)),
    bars(
      'failed',
      minutes,
      until,
      (minute) => share(failed(minute)),
      (minute) => share(minute.delivered),
    ),
  );
}

function latencyChart(minutes, until) {
  const measured = minutes.filter((minute) => minute.p99Ms !== undefined);
  const slowest = measured.reduce((one, other) => (other.p99Ms > one.p99Ms ? other : one), measured[0]);
  const label = slowest
    ? `Latency by minute; the slowest at ${local(slowest.at, until)}: p99 ${milliseconds(slowest.p99Ms)}.`
    : 'Latency by minute; no call was made.';
  const share = (duration) => duration / Math.max(slowest?.p99Ms, 1);
  return chart(
    label,
    bars('slow', measured, until, (minute) => share(minute.p99Ms)),
    bars('usual', measured, until, (minute) => share(minute.p50Ms)),
  );
}
