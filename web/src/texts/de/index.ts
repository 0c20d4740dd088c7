export { common } from "./common";
export { errors } from "./errors";
export { explore } from "./explore";
export { operate } from "./operate";
export { plan } from "./plan";
export { readers } from "./readers";
export { service } from "./service";
export { study } from "./study";
