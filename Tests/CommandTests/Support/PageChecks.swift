/// Questions to a page about who can read and use it, in JavaScript; each answers with what is wrong.
enum PageChecks {
  /// Texts whose contrast with what is behind them is below what WCAG 2.2 asks for (AA).
  static let contrast = """
    (() => {
      // Red, green, blue, and how much of what is behind is covered.
      const parse = color => {
        const [r, g, b, alpha = 1] = (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
        return [r, g, b, alpha];
      };
      const over = (front, back) => [...[0, 1, 2].map(i => front[i] * front[3] + back[i] * (1 - front[3])), 1];
      const light = ([r, g, b]) => {
        const part = value => { value /= 255; return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4; };
        return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
      };
      const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
      };
      // A layer that can be seen through shows what is behind it, down to the sheet.
      const background = element => element
        ? over(parse(getComputedStyle(element).backgroundColor), background(element.parentElement))
        : [255, 255, 255, 1];
      const opacity = element => element
        ? Number(getComputedStyle(element).opacity) * opacity(element.parentElement) : 1;
      const found = (element, color, back) => {
        const front = parse(color);
        front[3] *= opacity(element);
        return ratio(over(front, back), back);
      };
      const wrong = new Set();
      for (const element of document.querySelectorAll("body *")) {
        const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
        if (!hasText || element.closest("script, title, desc, option") || !element.getClientRects().length) continue;
        const style = getComputedStyle(element);
        const isDrawn = element.namespaceURI.endsWith("svg");
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const contrast = found(element, isDrawn ? style.fill : style.color, background(element));
        if (contrast < (isLarge ? 3 : 4.5)) {
          const name = `${element.localName}.${element.getAttribute("class") ?? ""}`;
          wrong.add(`${name} ${contrast.toFixed(2)} "${element.textContent.trim().slice(0, 30)}"`);
        }
      }
      // A swatch is a background itself: what it stands out from is what is behind it.
      for (const mark of document.querySelectorAll("svg rect, svg polygon, .swatch")) {
        const style = getComputedStyle(mark);
        const color = mark.localName === "span" ? style.backgroundColor : style.fill;
        const contrast = found(mark, color, background(mark.parentElement));
        if (contrast < 3) wrong.add(`${mark.localName}.${mark.getAttribute("class")} ${contrast.toFixed(2)}`);
      }
      return [...wrong];
    })()
    """

  /// Headings that skip a level, tables without captions and headers, pictures without a text, controls without a name,
  /// names that are there twice.
  static let structure = """
    (() => {
      const wrong = [];
      let level = 0;
      for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
        const own = Number(heading.localName[1]);
        if (own > level + 1) wrong.push(`${heading.localName} after h${level}`);
        level = own;
      }
      if (document.querySelectorAll("h1").length !== 1) wrong.push("one h1 is expected");
      if (!document.documentElement.lang) wrong.push("no language");
      if (!document.querySelector("main")) wrong.push("no main");
      for (const table of document.querySelectorAll("table")) {
        if (!table.caption?.textContent.trim()) wrong.push("a table without a caption");
        if ([...table.tHead.rows[0].cells].some(cell => cell.localName !== "th" || cell.scope !== "col"))
          wrong.push(`no column headers: ${table.caption?.textContent}`);
        if ([...table.tBodies[0].rows].some(row => row.cells[0].localName !== "th" || row.cells[0].scope !== "row"))
          wrong.push(`no row headers: ${table.caption?.textContent}`);
      }
      for (const picture of document.querySelectorAll("svg")) {
        const names = picture.getAttribute("aria-labelledby").split(" ").map(id => document.getElementById(id));
        if (picture.getAttribute("role") !== "img" || names.some(name => !name?.textContent.trim()))
          wrong.push("a picture without a text");
        if (!picture.closest("figure")?.querySelector("table")) wrong.push("a picture without its numbers");
      }
      for (const control of document.querySelectorAll("input, select, button"))
        if (!(control.labels?.[0] ?? control).textContent.trim()) wrong.push(`a control without a name: ${control.id}`);
      for (const region of document.querySelectorAll("[tabindex]"))
        if (region.tabIndex > 0) wrong.push("a tab order of its own");
      const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
      if (new Set(ids).size !== ids.length) wrong.push("an id is there twice");
      return wrong;
    })()
    """

  /// Whether the page is wider than the screen, and which elements stick out.
  static let width = """
    (() => {
      const room = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= room) return [];
      return [...document.querySelectorAll("body *")].filter(element =>
        element.getBoundingClientRect().right > room + 1 && !element.closest(".scroll, pre"))
        .map(element => `${element.localName}.${element.className}`).slice(0, 5);
    })()
    """

  /// What is in the page that could do something.
  static let active = """
    (() => ({
      scripts: document.scripts.length, styles: document.querySelectorAll("style").length,
      others: document.querySelectorAll("img, iframe, object, embed, link, base, video, audio, form[action]").length,
      handlers: [...document.querySelectorAll("*")].filter(element =>
        [...element.attributes].some(attribute => /^on|^style$/.test(attribute.name) || /^\\s*javascript:/i.test(attribute.value))).length,
      done: window.done ?? null
    }))()
    """
}
