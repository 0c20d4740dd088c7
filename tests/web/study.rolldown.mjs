// Bundles the Study page's modules for Node, with stand-ins for the browser and the service.

const standIns = `${import.meta.dirname}/study_stand_ins.ts`;

export default {
  input: `${import.meta.dirname}/study.ts`,
  platform: "node",
  tsconfig: false, // its paths lead to the client's types
  resolve: { alias: { "recall-client": `${import.meta.dirname}/../../clients/typescript/src/index.js` } },
  plugins: [{ name: "stand-ins", resolveId: (id) => (/^\.{1,2}\/(service\/)?(database|connection)$/.test(id) ? standIns : null) }],
};
