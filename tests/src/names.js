// Roles and accessible names, as far as the tests need them. Evaluated in the page; `arguments[0]` says what to do.
const ROLES = {
  A: 'link', ARTICLE: 'article', ASIDE: 'complementary', BUTTON: 'button', DIALOG: 'dialog', FIELDSET: 'group',
  FORM: 'form', H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', IMG: 'img', LI: 'listitem', MAIN: 'main',
  NAV: 'navigation', OL: 'list', OPTION: 'option', OUTPUT: 'status', PROGRESS: 'progressbar', SECTION: 'region',
  SELECT: 'combobox', SUMMARY: 'button', TEXTAREA: 'textbox', UL: 'list',
};
const INPUTS = {
  button: 'button', checkbox: 'checkbox', number: 'spinbutton', radio: 'radio', range: 'slider', search: 'searchbox',
  submit: 'button',
};
const squeeze = (text) => (text || '').replace(/\s+/g, ' ').trim();
function role(element) {
  const given = element.getAttribute('role');
  if (given) return given;
  if (element.tagName === 'INPUT') return INPUTS[element.type] || 'textbox';
  return ROLES[element.tagName] || '';
}
function text(element) {
  if (element.nodeType === Node.TEXT_NODE) return element.textContent;
  if (element.nodeType !== Node.ELEMENT_NODE || element.getAttribute('aria-hidden') === 'true') return '';
  return element.getAttribute('aria-label') || element.alt || [...element.childNodes].map(text).join(' ');
}
function name(element) {
  const by = element.getAttribute('aria-labelledby');
  if (by) return squeeze(by.split(/\s+/).map((id) => document.getElementById(id)).map((e) => e && text(e)).join(' '));
  if (element.getAttribute('aria-label')) return squeeze(element.getAttribute('aria-label'));
  if (element.labels && element.labels.length) return squeeze([...element.labels].map(text).join(' '));
  if (element.tagName === 'INPUT' && ['submit', 'button'].includes(element.type)) return squeeze(element.value);
  const legend = element.tagName === 'FIELDSET' && element.querySelector(':scope > legend');
  if (legend) return squeeze(text(legend));
  return squeeze(text(element)) || squeeze(element.title) || squeeze(element.placeholder);
}
function visible(element) {
  return element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : element.offsetParent !== null;
}
const [task, wantedRole, wantedName] = arguments;
if (task === 'find') {
  const fits = (e) => role(e) === wantedRole && visible(e) && (name(e) === wantedName || name(e).startsWith(wantedName));
  const all = [...document.querySelectorAll('*')].filter(fits);
  // What a dialog shows lies in front of what has the same name behind it.
  const front = all.filter((e) => e.closest('[role=dialog]'));
  const best = (some) => some.find((e) => name(e) === wantedName) || some[0];
  return best(front) || best(all) || null;
}
if (task === 'focus') {
  const element = document.activeElement;
  return element && element !== document.body ? [role(element), name(element)] : ['', ''];
}
return [...document.querySelectorAll('a,button,h1,h2,h3,input,select,textarea,[role]')]
  .filter(visible)
  .map((e) => `${role(e)} "${name(e).slice(0, 60)}"`);
