// The last hour as bars, one for each minute. What they show stands beside them as text.

const minutesShown = 60;
const height = 36;

function chart(label, bars) {
  return svg(
    'svg',
    { viewBox: `0 0 ${minutesShown * 4} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    svg('path', { class: 'axis', d: `M0 ${height - 0.5}H${minutesShown * 4}` }),
    bars,
  );
}

/** @param size, base of the chart's height, from 0 to 1. */
function bar(kind, minute, until, size, base = 0) {
  const ago = Math.floor(new Date(until) / 60_000) - Math.floor(new Date(minute.at) / 60_000);
  const length = size > 0 ? Math.max(size * height, 1) : 0;
  return (
    length > 0 &&
    ago >= 0 &&
    ago < minutesShown &&
    svg('rect', {
      class: kind,
      x: (minutesShown - 1 - ago) * 4 + 0.5,
      y: (height - base * height - length).toFixed(2),
      width: 3,
      height: length.toFixed(2),
    })
  );
}

const calls = (counts) => counts.delivered + counts.retried + counts.parked;
const failed = (counts) => counts.retried + counts.parked;

/** The share of the calls that succeeded, in whole tenths of a percent, rounded down: 100% means all of them. */
function successRate(counts) {
  return calls(counts) ? `${Math.floor((counts.delivered / calls(counts)) * 1000) / 10}%` : '–';
}

function successChart(minutes, until) {
  const most = Math.max(...minutes.map(calls), 1);
  const worst = minutes.reduce((one, other) => (failed(other) > failed(one) ? other : one), minutes[0]);
  const label =
    worst && failed(worst)
      ? `Calls by minute; the most failures at ${local(worst.at, until)}: ${failed(worst)} of ${calls(worst)}.`
      : 'Calls by minute; none failed.';
  return chart(
    label,
    minutes.map((minute) => [
      bar('told', minute, until, minute.delivered / most),
      bar('failed', minute, until, failed(minute) / most, minute.delivered / most),
    ]),
  );
}

function latencyChart(minutes, until) {
  const measured = minutes.filter((minute) => minute.p99Ms !== undefined);
  const slowest = measured.reduce((one, other) => (other.p99Ms > one.p99Ms ? other : one), measured[0]);
  const label = slowest
    ? `Latency by minute; the slowest at ${local(slowest.at, until)}: p99 ${milliseconds(slowest.p99Ms)}.`
    : 'Latency by minute; no calls.';
  return chart(
    label,
    measured.map((minute) => [
      bar('slow', minute, until, minute.p99Ms / Math.max(slowest.p99Ms, 1)),
      bar('usual', minute, until, minute.p50Ms / Math.max(slowest.p99Ms, 1)),
    ]),
  );
}
