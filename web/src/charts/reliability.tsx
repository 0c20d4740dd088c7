// The reliability diagram: observed over predicted recall. On the diagonal, cards are recalled as often as predicted.

import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";

import { asPercent } from "../texts/format";
import { Frame, XAxis, YAxis } from "./frame";

type Bin = readonly [predicted: number, observed: number, reviews: number];

interface Props {
  label: string;
  /** The axes' names. */
  predicted: string;
  observed: string;
  bins: readonly Bin[];
  /** Drawn as a thin line, to compare with. */
  compared?: readonly Bin[];
  /** Where both scales begin. */
  lowest?: number;
  /** Radius of the bin with the most reviews, in pixels; the others' areas are in proportion. */
  largest?: number;
}

const SMALLEST = 3; // pixels
const HEIGHT = 300;
const MARGIN = { top: 30, right: 16, bottom: 36, left: 46 }; // room for the axis' name above

/** Where the scales begin, 0 or 0.5, so that all bins are inside. */
export function lowestOf(bins: readonly Bin[]): number {
  return Math.min(...bins.flatMap(([predicted, observed]) => [predicted, observed])) < 0.5 ? 0 : 0.5;
}

export function Reliability({ label, predicted, observed, bins, compared = [], lowest = lowestOf(bins), largest = 11 }: Props) {
  const most = Math.max(...bins.map(([, , reviews]) => reviews));
  const ticks = lowest ? [0.5, 0.6, 0.7, 0.8, 0.9, 1] : [0, 0.25, 0.5, 0.75, 1];
  const percent = (share: number) => asPercent(share);
  return (
    <Frame label={label} height={HEIGHT} margin={MARGIN}>
      {(area) => {
        const x = scaleLinear([lowest, 1], [0, area.width]);
        const y = scaleLinear([lowest, 1], [area.height, 0]);
        const through = line<Bin>((bin) => x(bin[0]), (bin) => y(bin[1]));
        return (
          <>
            <YAxis scale={y} area={area} format={percent} ticks={ticks} title={observed} />
            <XAxis scale={x} area={area} format={percent} ticks={ticks} title={predicted} />
            <line class="diagonal" x1={x(lowest)} y1={y(lowest)} x2={x(1)} y2={y(1)} />
            <path class="compared" d={through(compared) ?? ""} />
            {bins.map((bin, i) => (
              <circle key={i} class="bin" cx={x(bin[0])} cy={y(bin[1])} r={Math.max(SMALLEST, largest * Math.sqrt(bin[2] / most))} />
            ))}
          </>
        );
      }}
    </Frame>
  );
}
