/** A face drawn in a few lines, moved by the weights. */

const SVG = "http://www.w3.org/2000/svg";

/** @param {SVGElement} parent @param {string} tag @param {Record<string, string | number>} attributes */
function draw(parent, tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  parent.append(element);
  return element;
}

/** @param {SVGElement} root @param {string[]} names */
export function createFace(root, names) {
  root.replaceChildren();
  const index = Object.fromEntries(names.map((name, i) => [name, i]));
  const head = draw(root, "g", {});
  const skull = draw(head, "path", { fill: "#e9c2a6" });
  draw(head, "path", { d: "M-66,-48 C-72,-128 72,-128 66,-48 C58,-84 -58,-84 -66,-48", fill: "#4a3a34" });
  draw(head, "path", { d: "M-5,8 Q0,16 7,9", fill: "none", stroke: "#c4947a", "stroke-width": 2.5, "stroke-linecap": "round" });
  const cavity = draw(head, "path", { fill: "#571f27" });
  const clip = draw(draw(head, "clipPath", { id: "mouth" }), "path", {});
  const inside = draw(head, "g", { "clip-path": "url(#mouth)" });
  const upperTeeth = draw(inside, "rect", { x: -24, width: 48, height: 8, rx: 3, fill: "#f7f3ea" });
  const tongue = draw(inside, "ellipse", { cx: 0, rx: 17, ry: 9, fill: "#c2606b" });
  const upperLip = draw(head, "path", { fill: "#b9625f" });
  const lowerLip = draw(head, "path", { fill: "#c36d68" });
  const sides = ["Left", "Right"].map((side) => createEye(head, side, index));

  /** @param {number[]} w @param {number[]} [rotation] degrees yaw, pitch, roll */
  return (w, rotation = [0, 0, 0]) => {
    const at = (/** @type {string} */ name) => w[index[name]] ?? 0;
    const both = (/** @type {string} */ name) => (at(`${name}Left`) + at(`${name}Right`)) / 2;
    const [yaw, pitch, roll] = rotation;
    head.setAttribute("transform", `translate(${yaw * 1.2},${-pitch * 1.2}) rotate(${-roll})`);

    const jaw = at("jawOpen") * 46;
    const chin = 96 + jaw * 0.85;
    skull.setAttribute("d", `M-64,-50 C-64,-118 64,-118 64,-50 C66,30 40,${chin} 0,${chin} C-40,${chin} -66,30 -64,-50`);

    const wide = 25 + 9 * both("mouthSmile") + 8 * both("mouthStretch") + 5 * both("mouthDimple")
      - 13 * at("mouthPucker") - 7 * at("mouthFunnel");
    const corner = 46 - 8 * both("mouthSmile") + 7 * both("mouthFrown") + jaw * 0.28;
    const top = 45 - 7 * both("mouthUpperUp") - 4 * at("mouthFunnel") - 2 * at("mouthShrugUpper");
    const opened = jaw * (1 - at("mouthClose")) + 8 * both("mouthLowerDown") + 5 * at("mouthFunnel");
    const bottom = Math.max(top + 0.5, 45 + opened - 46 * Math.max(0, at("mouthClose") - at("jawOpen")) * 0.2
      - 5 * at("mouthShrugLower"));
    const upper = Math.max(1.5, 6 + 4 * at("mouthPucker") - 5 * at("mouthRollUpper") - 2 * both("mouthPress"));
    const lower = Math.max(1.5, 8 + 5 * at("mouthPucker") - 6 * at("mouthRollLower") - 2 * both("mouthPress"));
    const opening = `M${-wide},${corner} Q0,${2 * top - corner} ${wide},${corner} Q0,${2 * bottom - corner} ${-wide},${corner}`;
    cavity.setAttribute("d", opening);
    clip.setAttribute("d", opening);
    upperTeeth.setAttribute("y", String(41));
    tongue.setAttribute("cy", String(bottom + 5 - 14 * at("tongueOut")));
    upperLip.setAttribute("d", `M${-wide - 2},${corner} Q${-wide * 0.3},${2 * (top - upper) - corner + 2} 0,${top - upper * 0.55} Q${wide * 0.3},${2 * (top - upper) - corner + 2} ${wide + 2},${corner} Q0,${2 * top - corner} ${-wide - 2},${corner}`);
    lowerLip.setAttribute("d", `M${-wide - 2},${corner} Q0,${2 * bottom - corner} ${wide + 2},${corner} Q0,${2 * (bottom + lower) - corner} ${-wide - 2},${corner}`);
    for (const update of sides) update(at);
  };
}

/** @param {SVGElement} head @param {string} side @param {Record<string, number>} index */
function createEye(head, side, index) {
  const x = side === "Left" ? 28 : -28; // the left eye of the face is on the viewer's right
  const outward = Math.sign(x);
  const id = `lids${side}`;
  const shape = draw(draw(head, "clipPath", { id }), "ellipse", { cx: x, cy: -22, rx: 14 });
  const white = draw(head, "g", { "clip-path": `url(#${id})` });
  draw(white, "rect", { x: x - 16, y: -40, width: 32, height: 36, fill: "#fbfaf7" });
  const iris = draw(white, "circle", { r: 7, fill: "#4a6f82" });
  const pupil = draw(white, "circle", { r: 3.2, fill: "#14161b" });
  const lid = draw(head, "path", { fill: "none", stroke: "#5b4038", "stroke-width": 2.5, "stroke-linecap": "round" });
  const brow = draw(head, "path", { fill: "none", stroke: "#4a3a34", "stroke-width": 5, "stroke-linecap": "round" });
  /** @param {(name: string) => number} at */
  return (at) => {
    const open = Math.max(0.4, 9 * (1 - at(`eyeBlink${side}`)) * (1 - 0.35 * at(`eyeSquint${side}`)) + 3 * at(`eyeWide${side}`));
    shape.setAttribute("ry", String(open));
    lid.setAttribute("d", `M${x - 14},-22 Q${x},${-22 - 2 * open} ${x + 14},-22`);
    const gazeX = x + outward * 9 * (at(`eyeLookOut${side}`) - at(`eyeLookIn${side}`));
    const gazeY = -22 + 7 * (at(`eyeLookDown${side}`) - at(`eyeLookUp${side}`));
    for (const part of [iris, pupil]) { part.setAttribute("cx", String(gazeX)); part.setAttribute("cy", String(gazeY)); }
    const inner = -42 - 8 * at("browInnerUp") + 6 * at(`browDown${side}`);
    const outer = -41 - 8 * at(`browOuterUp${side}`) + 3 * at(`browDown${side}`);
    brow.setAttribute("d", `M${x - outward * 14},${inner} Q${x},${(inner + outer) / 2 - 8} ${x + outward * 17},${outer}`);
  };
}
