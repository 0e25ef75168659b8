// Numbers, money and times, as people read them. Money stays in decimal digits: it is never made a binary number.

const whole = new Intl.NumberFormat('en');

function number(count, isAtLeast) {
  return (isAtLeast ? 'at least ' : '') + whole.format(count);
}

/** "1 delivery", "2 deliveries". */
function counted(count, one, many, isAtLeast) {
  return `${number(count, isAtLeast)} ${count === 1 ? one : many}`;
}

/** JSON, with amounts as their digits. */
function parseJson(text) {
  return JSON.parse(text, (name, value, context) =>
    name === 'amount' && typeof value === 'number' ? (context?.source ?? String(value)) : value,
  );
}

function decimalsOf(amount) {
  return (amount.split('.')[1] ?? '').length;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

// An event may state any text as its currency.
function usualDecimals(currency) {
  if (!currencies.has(currency)) return 0;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits;
}

function money({ amount, currency }) {
  const minimumFractionDigits = Math.min(Math.max(decimalsOf(amount), usualDecimals(currency)), 20);
  const digits = new Intl.NumberFormat('en', { minimumFractionDigits, maximumFractionDigits: 20 }).format(amount);
  return currency ? `${digits}\u00a0${currency}` : digits;
}

function units(amount, decimals) {
  const [digits, fraction = ''] = amount.split('.');
  return BigInt(digits + fraction.padEnd(decimals, '0'));
}

function plus(one, other) {
  const decimals = Math.max(decimalsOf(one), decimalsOf(other));
  const sum = units(one, decimals) + units(other, decimals);
  const digits = String(sum < 0n ? -sum : sum).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return (sum < 0n ? '-' : '') + digits.slice(0, point) + (decimals ? `.${digits.slice(point)}` : '');
}

/** One sum for each currency, in its order of appearance. */
function sumsOf(amounts) {
  const sums = new Map();
  for (const { amount, currency } of amounts.filter((each) => each.amount !== undefined && each.amount !== null)) {
    sums.set(currency, sums.has(currency) ? plus(sums.get(currency), amount) : amount);
  }
  return [...sums].map(([currency, amount]) => ({ currency, amount }));
}

function moneyOf(amounts) {
  return amounts.map(money).join(' + ');
}

// Swedish writes times as ISO 8601 does.
function local(at, today) {
  const text = new Date(at).toLocaleString('sv-SE');
  return text.slice(0, 10) === new Date(today).toLocaleString('sv-SE').slice(0, 10) ? text.slice(11) : text;
}

/** A moment in this browser's time zone; without its date where it is of today. */
function time(at) {
  return at && h('time', { datetime: at, title: new Date(at).toISOString() }, local(at, Date.now()));
}

function age(from, until) {
  const seconds = Math.max(0, Math.round((new Date(until) - new Date(from)) / 1000));
  const [minutes, hours, days] = [60, 3600, 86400].map((size) => Math.floor(seconds / size));
  if (days) return `${days} d ${hours % 24} h`;
  if (hours) return `${hours} h ${minutes % 60} min`;
  return minutes ? `${minutes} min` : `${seconds} s`;
}

function milliseconds(duration) {
  if (duration === undefined || duration === null) return '–';
  return duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(duration < 10000 ? 1 : 0)} s`;
}

/** What others wrote: kept apart from the text around it, its direction its own, and folded where it is long. */
function words(text, limit = 240) {
  const letters = [...(text ?? '')];
  if (letters.length <= limit) return h('bdi', { class: 'words' }, text);
  return h(
    'details',
    { class: 'words' },
    h('summary', {}, h('bdi', {}, `${letters.slice(0, limit / 2).join('')}…`)),
    h('bdi', {}, text),
  );
}
