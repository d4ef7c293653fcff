// The card of one point: its image beside its reconstruction, and what is known of it.

const { fetchPicture } = await import(`./data.js${new URL(import.meta.url).search}`);

const SIDE = 84; // pixels of an image on the card

export function makeCard(parent) {
  const card = document.createElement("div");
  card.className = "lv-card";
  card.hidden = true;
  card.innerHTML = `
    <div class="lv-pair">
      <figure><canvas width="${SIDE}" height="${SIDE}"></canvas><figcaption>image</figcaption></figure>
      <figure><canvas width="${SIDE}" height="${SIDE}"></canvas><figcaption>reconstruction</figcaption></figure>
    </div>
    <p class="lv-say" hidden></p>
    <dl></dl>`;
  parent.append(card);
  return card;
}

/** Which image a row is: the part of the rows that it is in, and its number there. */
export function placeOf(parts, row) {
  const part = parts.findLastIndex(({ start }) => start <= row);
  return { part, number: row - parts[part].start };
}

/** Where the tile of an image lies: which sheet of its part, and its corner in pixels. */
export function tile(sprites, number) {
  const place = number % sprites.per;
  return {
    sheet: Math.floor(number / sprites.per),
    left: (place % sprites.columns) * sprites.size,
    top: Math.floor(place / sprites.columns) * sprites.size,
  };
}

async function draw(canvas, path, { left, top }, size, current) {
  const picture = await fetchPicture(path);
  if (!current()) return; // the pointer has gone on while the picture was on its way
  const own = new ImageData(size, size);
  for (let y = 0, to = 0; y < size; y++) {
    for (let x = 0; x < size; x++, to += 4) {
      own.data.fill(picture.grey[(top + y) * picture.width + left + x], to, to + 3);
      own.data[to + 3] = 255;
    }
  }
  const small = Object.assign(document.createElement("canvas"), { width: size, height: size });
  small.getContext("2d").putImageData(own, 0, 0);
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small, 0, 0, SIDE, SIDE);
}

function facts(view, row) {
  const list = [];
  for (const [name, field] of Object.entries(view.fields)) {
    const values = view.loaded.get(name);
    if (!values) continue;
    const value = values[row];
    const known = field.kind === "class" ? field.classes.find((c) => c.id === value)?.name : null;
    const number = Number.isFinite(value) ? Number(value).toPrecision(3) : "undefined";
    list.push([field.label, field.kind === "class" ? (known ?? "none") : number]);
  }
  const { parts } = view.data;
  const { part, number } = placeOf(parts, row);
  // held-out images alone are the usual case, which needs no words
  if (parts.length > 1 || parts[0].name !== "held-out") list.push(["image", parts[part].name]);
  return [...list, ["number", String(number)]];
}

/** Fill the card for a row; drawing the images never delays the words. */
export function fillCard(view, row) {
  const { card } = view;
  card.hidden = false;
  card.dataset.row = row;
  card.querySelector("dl").replaceChildren(
    ...facts(view, row).flatMap(([name, value]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
  const say = card.querySelector(".lv-say");
  const pair = card.querySelector(".lv-pair");
  const sprites = view.pieces?.sprites;
  pair.hidden = !sprites;
  say.hidden = Boolean(sprites);
  say.textContent = view.pieces ? "No images for these points." : "Images are on their way …";
  if (!sprites) return Promise.resolve();
  const { part, number } = placeOf(view.data.parts, row);
  const where = tile(sprites, number);
  const [image, reconstruction] = pair.querySelectorAll("canvas");
  const [above, below] = sprites.parts[part]?.[where.sheet] ?? [];
  const current = () => card.dataset.row === String(row);
  return Promise.all([
    draw(image, above, where, sprites.size, current),
    draw(reconstruction, below, where, sprites.size, current),
  ]).catch(() => {
    pair.hidden = true;
    say.hidden = false;
    say.textContent = "The images of these points can't be loaded.";
  });
}

/** Put the card beside a point, inside the plot; on narrow screens it is docked by the style sheet. */
export function placeCard(view, x, y) {
  const { card, stage } = view;
  const [w, h] = [card.offsetWidth, card.offsetHeight];
  const left = x + 16 + w > stage.clientWidth ? x - 16 - w : x + 16;
  const top = Math.min(Math.max(y - h / 2, 4), Math.max(stage.clientHeight - h - 4, 4));
  card.style.left = `${Math.max(left, 4)}px`;
  card.style.top = `${top}px`;
}
