/** The 52 weights as bars. */

/** @param {HTMLElement} root @param {string[]} names */
export function createBars(root, names) {
  root.replaceChildren();
  const rows = names.map((name) => {
    const row = document.createElement("div");
    const [label, bar, value] = [document.createElement("span"), document.createElement("i"), document.createElement("span")];
    row.className = "bar";
    label.textContent = name;
    row.append(label, bar, value);
    root.append(row);
    return { bar, value, shown: -1 };
  });
  /** @param {number[]} weights */
  return (weights) => rows.forEach((row, i) => {
    const hundredths = Math.round(weights[i] * 100);
    if (hundredths === row.shown) return;
    row.shown = hundredths;
    row.bar.style.backgroundSize = `${hundredths}% 100%`;
    row.value.textContent = (hundredths / 100).toFixed(2);
  });
}
