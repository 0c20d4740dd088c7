import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";

import { render } from "preact";

import { App } from "./app";
import { readConfig } from "./service/connection";
import { keepOffline } from "./updates";

render(<App />, document.getElementById("app")!);
void readConfig();
void keepOffline();
