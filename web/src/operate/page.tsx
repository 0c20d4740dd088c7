import { t } from "../texts";

export function OperatePage() {
  return <h1>{t.value.common.pages.operate}</h1>;
}
