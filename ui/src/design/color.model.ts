/** Colour arithmetic for platform badges and for the contrast test of the tokens. */

type Rgb = [number, number, number];

function channels(hex: string): Rgb {
  const digits = /^#([0-9a-f]{6})/i.exec(hex)?.[1] ?? '57524a';
  return [0, 2, 4].map((start) => Number.parseInt(digits.slice(start, start + 2), 16)) as Rgb;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast of two colours written `#rrggbb`, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(channels(one)), luminance(channels(other))].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** The platform's colour, darkened just so far that white letters on it can be read (4.5 to 1). */
export function badgeGround(hex: string): string {
  let rgb = channels(hex);
  let ground = write(rgb);
  while (contrast(ground, '#ffffff') < 4.5) {
    rgb = rgb.map((value) => Math.floor(value * 0.96)) as Rgb;
    ground = write(rgb);
  }
  return ground;
}

function write(rgb: Rgb): string {
  return `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
