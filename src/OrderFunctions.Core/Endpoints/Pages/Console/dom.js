// A view is a function from data to elements. h() makes them, and text is only ever text. render() makes the page like
// them and leaves alone what is so already: focus, scroll position and what a person is typing stay.

const handlers = ['onclick', 'onsubmit', 'onchange', 'oninput'];

function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

function svg(tag, properties, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (handlers.includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

function render(target, ...children) {
  const focused = document.activeElement;
  patchChildren(target, filled(target.cloneNode(false), {}, children));
  // An element that was moved has lost it.
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
}

function patchChildren(present, wanted) {
  const keyed = new Map([...present.children].map((child) => [child.dataset.key, child]));
  let place = present.firstChild;
  for (const child of [...wanted.childNodes]) {
    const match = child.dataset?.key ? keyed.get(child.dataset.key) : place;
    if (!match || !isAlike(match, child)) {
      present.insertBefore(child, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else present.insertBefore(match, place);
    patch(match, child);
  }
  while (place) {
    const left = place;
    place = place.nextSibling;
    left.remove();
  }
}

function isAlike(present, wanted) {
  return present.nodeName === wanted.nodeName && present.dataset?.key === wanted.dataset?.key;
}

function patch(present, wanted) {
  if (present.nodeType !== Node.ELEMENT_NODE) {
    if (present.data !== wanted.data) present.data = wanted.data;
    return;
  }
  for (const { name } of [...present.attributes]) {
    // Whether details are open is the reader's choice.
    if (!wanted.hasAttribute(name) && name !== 'open') setAttribute(present, name, null);
  }
  for (const { name, value } of wanted.attributes) {
    if (present.getAttribute(name) !== value) setAttribute(present, name, value);
  }
  for (const name of handlers) present[name] = wanted[name];
  patchChildren(present, wanted);
}

function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
  // What a control shows leaves its attribute as soon as a person has touched it.
  if (name === 'value' && 'value' in element) element.value = value ?? '';
  if (name === 'checked' || name === 'selected') element[name] = value !== null;
}

/** Tells a screen reader what came of something that a person did. */
function announce(text) {
  document.getElementById('announcement').textContent = text;
}
