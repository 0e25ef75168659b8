// One order: the providers side by side, each with what it was told and what it said.

function orderView(view, [part]) {
  const orderId = safelyDecoded(part);
  let order;
  let preview = {};
  const draw = () =>
    render(
      view,
      heading('Order ', h('bdi', {}, orderId)),
      order === undefined ? waiting() : order ? deliveriesOf(order) : noDelivery(),
      previewSection(preview, draw),
    );
  const source = live(
    (signal) => findOrder(orderId, signal),
    (data) => ((order = data), draw()),
    5_000,
  );
  draw();
  return [source];
}

const orderAddress = (orderId) => `#/order/${encodeURIComponent(orderId)}`;

function safelyDecoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Null where nothing is on record.
async function findOrder(orderId, signal) {
  try {
    return await get(`api/orders/${encodeURIComponent(orderId)}`, {}, signal);
  } catch (error) {
    if (error.status !== 404) throw error;
    return null;
  }
}

function noDelivery() {
  return h(
    'p',
    { class: 'calm' },
    'No delivery of this order was taken up yet. An order that was just accepted appears here by itself.',
  );
}

const kinds = { delivered: 'good', skipped: 'off', retrying: 'warn', parked: 'bad', discarded: 'off' };
const outcomes = { delivered: 'good', found: 'good', retry: 'warn' };

function deliveriesOf(order) {
  return h(
    'section',
    { 'aria-labelledby': 'deliveries' },
    h('h2', { id: 'deliveries' }, 'At the providers'),
    order.deliveries.some((delivery) => delivery.state === 'parked') &&
      h(
        'p',
        { class: 'more' },
        h('a', { class: 'button', href: parkedAddress({ orderId: order.orderId }) }, 'Its parked deliveries'),
      ),
    h('div', { class: 'cards' }, order.deliveries.map(deliveryCard)),
  );
}

function deliveryCard(delivery) {
  const name = `delivery-${delivery.provider}`;
  return h(
    'article',
    { class: 'card', 'data-key': name, 'aria-labelledby': name },
    h(
      'header',
      {},
      h('h3', { id: name }, delivery.provider),
      h('span', { class: `badge ${kinds[delivery.state] ?? 'off'}` }, delivery.state),
    ),
    delivery.reason && h('div', { class: 'said' }, words(delivery.reason)),
    h(
      'dl',
      { class: 'facts' },
      figure('Event', h('bdi', {}, delivery.eventId)),
      figure('As of', time(delivery.version)),
      delivery.reference && figure('Its reference', h('bdi', {}, delivery.reference)),
      delivery.nextAttemptAt && figure('Next attempt', time(delivery.nextAttemptAt)),
      delivery.askedAgain && figure('Asked to tell again', askedAgain(delivery.askedAgain)),
    ),
    h('h4', {}, delivery.attempts.length ? 'Attempts, newest first' : 'No attempt was made'),
    h(
      'ol',
      { class: 'attempts', reversed: true },
      delivery.attempts
        .toReversed()
        .map((attempt, index, all) =>
          attemptItem(attempt, delivery.attempts.length - index, attempt.eventId !== all[index - 1]?.eventId),
        ),
    ),
  );
}

function askedAgain({ at, by }) {
  return [time(at), by && [' by ', h('bdi', {}, by)]];
}

function attemptItem(attempt, place, isOfAnotherEvent) {
  return h(
    'li',
    { 'data-key': `attempt-${place}` },
    isOfAnotherEvent && attempt.eventId && h('p', { class: 'event' }, 'Event ', h('bdi', {}, attempt.eventId)),
    h(
      'p',
      {},
      time(attempt.at),
      ' ',
      h('span', { class: `badge ${outcomes[attempt.outcome] ?? 'bad'}` }, attempt.outcome),
      ` ${[
        attempt.purpose,
        `${attempt.number} of ${attempt.of}`,
        attempt.statusCode ?? 'no answer',
        milliseconds(attempt.durationMs),
      ]
        .filter(Boolean)
        .map((part) => `${part}`.replaceAll(' ', '\u00a0'))
        .join(' · ')}`,
    ),
    attempt.detail && h('div', { class: 'said' }, words(attempt.detail)),
  );
}
