/** Where menus, lists and calendars are drawn: inside the page's main landmark, above everything else. */
export function layers(): Element {
  return document.getElementById('layers') ?? document.body;
}
