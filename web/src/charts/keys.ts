// How the keys move a slider: as the ARIA authoring practices have it.

interface Slider {
  value: number;
  minimum: number;
  maximum: number;
  step: number;
}

const LARGE_STEP = 10; // steps, of Page Up and Page Down

/** The value after a key, or null for a key that moves nothing. */
export function movedByKey(key: string, { value, minimum, maximum, step }: Slider): number | null {
  const moved = {
    ArrowRight: value + step,
    ArrowUp: value + step,
    ArrowLeft: value - step,
    ArrowDown: value - step,
    PageUp: value + LARGE_STEP * step,
    PageDown: value - LARGE_STEP * step,
    Home: minimum,
    End: maximum,
  }[key];
  return moved === undefined ? null : Math.min(Math.max(moved, minimum), maximum);
}
