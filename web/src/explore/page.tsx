import { t } from "../texts";

export function ExplorePage() {
  return <h1>{t.value.common.pages.explore}</h1>;
}
