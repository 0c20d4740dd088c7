import { t } from "../texts";

export function ServicePage() {
  return <h1>{t.value.common.pages.service}</h1>;
}
