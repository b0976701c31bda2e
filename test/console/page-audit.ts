import type { Page } from 'playwright-core';

/** By how many pixels the page is wider than the window. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Whether what has the focus shows it. */
export function showsFocus(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  })()`);
}

/** What the basic rules of accessibility find wrong with the page as it stands. */
export function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const faults = [];
    const all = (selector) => [...document.querySelectorAll(selector)];
    if (!document.documentElement.lang) faults.push('no language');
    if (all('h1').length !== 1) faults.push('not one h1');
    if (all('main').length !== 1) faults.push('not one main');
    for (const control of all('input, select, textarea')) {
      if (control.labels.length !== 1 || !control.labels[0].textContent.trim()) faults.push('no label: ' + control.outerHTML);
    }
    for (const button of all('button, summary')) {
      if (!button.textContent.trim()) faults.push('no name: ' + button.outerHTML);
      if (button.getBoundingClientRect().height < 24) faults.push('too small: ' + button.textContent);
    }
    const ids = all('[id]').map(({ id }) => id);
    for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push('id twice: ' + id);
    for (const attribute of ['aria-describedby', 'aria-labelledby', 'for', 'list']) {
      for (const element of all('[' + attribute + ']')) {
        for (const id of element.getAttribute(attribute).split(' ')) {
          if (!document.getElementById(id)) faults.push(attribute + ' leads nowhere: ' + element.outerHTML);
        }
      }
    }
    return faults;
  })()`);
}

/** Texts with less contrast than 4.5 to 1. What is switched off for the moment is exempt, as in WCAG 1.4.3. */
export function faintTextsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const channels = (color) => color.match(/[\\d.]+/g).map(Number);
    const luminance = (color) => {
      const [r, g, b] = channels(color).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (channels(backgroundColor)[3] !== 0) return backgroundColor;
      }
      return 'rgb(255, 255, 255)';
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => !element.closest('[aria-disabled=true], script, noscript, option'))
      .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .filter((element) => {
        const [one, other] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) < 4.5;
      })
      .map((element) => element.textContent);
  })()`);
}
