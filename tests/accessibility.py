"""What a page owes to readers with a keyboard, a screen reader or weak eyes, asked of the browser itself."""

from browser import Reader
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

# Contrast after WCAG 2.2: 4.5, of large text (24 px, or 18.66 px and bold) 3. Colours come from the computed style.
FLAWS = r"""
const flaws = [];
const told = element => `<${element.tagName.toLowerCase()} class="${element.className}">`
  + ` ${(element.textContent || '').trim().slice(0, 30)}`;
const shown = element => { const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden'; };
const labelled = element => document.getElementById(element.getAttribute('aria-labelledby'));
const name = element => (element.getAttribute('aria-label') || element.labels?.[0]?.textContent
  || labelled(element)?.textContent || element.textContent
  || (element.type === 'submit' && element.value) || '').trim();

if (!document.documentElement.lang) flaws.push('no language');
if (!document.title.trim()) flaws.push('no title');
if (document.querySelectorAll('main').length !== 1) flaws.push('not one main');
if (document.querySelectorAll('h1').length !== 1) flaws.push('not one h1');
let last = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
  const level = +heading.tagName[1];
  if (level > last + 1) flaws.push(`h${level} after h${last}: ${told(heading)}`);
  if (!heading.textContent.trim()) flaws.push(`empty heading ${told(heading)}`);
  last = level;
}
for (const control of document.querySelectorAll('input:not([type=hidden]), select, textarea, button'))
  if (!name(control)) flaws.push(`no label: ${control.outerHTML.slice(0, 80)}`);
for (const link of document.querySelectorAll('a[href]'))
  if (!name(link) && !link.querySelector('title')) flaws.push(`link without a name: ${link.outerHTML.slice(0, 80)}`);
const ids = new Map();
for (const element of document.querySelectorAll('[id]')) ids.set(element.id, (ids.get(element.id) || 0) + 1);
for (const [id, n] of ids) if (n > 1) flaws.push(`id ${id} ${n} times`);
for (const link of document.querySelectorAll('a[href^="#"]'))
  if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) flaws.push(`no place ${link.hash}`);
for (const nav of document.querySelectorAll('nav, [role=region]')) if (!nav.getAttribute('aria-label')
  && !nav.getAttribute('aria-labelledby')) flaws.push(`unnamed ${told(nav)}`);
for (const pointer of document.querySelectorAll('[aria-labelledby]'))
  if (!labelled(pointer)) flaws.push(`label of ${told(pointer)} is not there`);
for (const picture of document.querySelectorAll('svg')) if (picture.getAttribute('aria-hidden') !== 'true'
  && !(picture.getAttribute('role') === 'img' && picture.getAttribute('aria-label'))) flaws.push('svg without words');
for (const head of document.querySelectorAll('th')) if (!head.scope) flaws.push(`th without scope: ${told(head)}`);
for (const element of document.querySelectorAll('[tabindex]'))
  if (element.tabIndex > 0) flaws.push(`tabindex ${element.tabIndex}`);
for (const element of document.querySelectorAll('[style], script:not([src])')) flaws.push(`inline ${told(element)}`);

const parsed = color => { const n = color.match(/[\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
const ground = element => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(parsed(getComputedStyle(at).backgroundColor));
  const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  return layers.reduceRight((below, layer) => over(layer, below), canvas);
};
const light = ([r, g, b]) => { const [x, y, z] = [r, g, b].map(v => { v /= 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const dim = new Set();
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.data.trim() || !shown(element) || element.closest('svg, option, script, style, .unseen, .skip')) continue;
  const style = getComputedStyle(element), below = ground(element);
  const [a, b] = [light(over(parsed(style.color), below)), light(below)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05), size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
  if (ratio < (large ? 3 : 4.5)) dim.add(`contrast ${ratio.toFixed(2)}: ${told(element)}`);
}
return flaws.concat([...dim]);
"""

FOCUS = """
const at = document.activeElement, style = getComputedStyle(at);
return [at.tagName, at.className, at.href || at.name || at.id || '', style.outlineStyle !== 'none'];
"""


def flaws(reader: Reader) -> list[str]:
    """What is wrong with the page that is open."""
    found: list[str] = reader.driver.execute_script(FLAWS)
    return found


def tabbed(reader: Reader, times: int) -> list[tuple[str, str, str, bool]]:
    """Where the Tab key leads, and whether one sees it: tag, class, address or name."""
    found = []
    for _ in range(times):
        ActionChains(reader.driver).send_keys(Keys.TAB).perform()
        found.append(tuple(reader.driver.execute_script(FOCUS)))
    return found
