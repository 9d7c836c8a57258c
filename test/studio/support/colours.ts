/** Colours as people see them: contrast, distance, and what is left of both with each kind of colour blindness. */

/** A colour: red, green and blue between 0 and 1, as CSS writes them. */
export type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

/** Ways to see colours. */
export type Sight = "usual" | "protanopia" | "deuteranopia" | "tritanopia";

/**
 * For linear red, green and blue, at full severity: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for
 * Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009), 1291-1298.
 */
const matrices: Readonly<Record<Sight, Matrix>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** All of them. */
export const sights: readonly Sight[] = ["usual", "protanopia", "deuteranopia", "tritanopia"];

/** Reads `#1a2027`. */
export function readColour(text: string): Rgb {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (digits === null) {
    throw new Error(`${text} is not a colour of six digits`);
  }
  const [red, green, blue] = digits.slice(1).map((one) => Number.parseInt(one, 16) / 255);
  return [red ?? 0, green ?? 0, blue ?? 0];
}

/** The contrast of two colours, from 1 to 21, as WCAG 2 defines it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

/**
 * How far apart two colours are to someone: the distance in CIE L*a*b* (1976), where 2.3 is just noticed by an eye that is used to all
 * colours, side by side.
 */
export function distance(one: Rgb, other: Rgb, sight: Sight): number {
  const [a, b] = [lab(seen(one, sight)), lab(seen(other, sight))];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** sRGB to linear light. */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Linear light, as someone sees it. */
function seen([red, green, blue]: Rgb, sight: Sight): Rgb {
  const light: Rgb = [linear(red), linear(green), linear(blue)];
  return multiplied(matrices[sight], light).map((value) => Math.min(1, Math.max(0, value))) as unknown as Rgb;
}

function multiplied(matrix: Matrix, [x, y, z]: Rgb): Rgb {
  const [a, b, c] = matrix.map((row) => row[0] * x + row[1] * y + row[2] * z);
  return [a ?? 0, b ?? 0, c ?? 0];
}

/** L*, a*, b* of linear light, with the white of sRGB. */
function lab(light: Rgb): Rgb {
  const xyz = multiplied(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    light,
  );
  const white: Rgb = [0.95047, 1, 1.08883];
  const f = (index: 0 | 1 | 2): number => {
    const t = xyz[index] / white[index];
    return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
  };
  return [116 * f(1) - 16, 500 * (f(0) - f(1)), 200 * (f(1) - f(2))];
}
