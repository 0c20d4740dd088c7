export const errors = {
  offline: "You are offline. Try again when you have a connection.",
  unreachable: "The service can't be reached. Check its address and your connection.",
  tooSlow: "The service didn't answer in time. Try again.",
  foreign: "What answered isn't a Recall service. Check the address.",
  wrongKey: "Your key wasn't accepted. Check it: there may be a character too many or missing, or it belongs to another service.",
  otherLearners: "Your key is for other learners. Choose a learner id that it allows, or use another key.",
  off: (setting: string) =>
    `This is turned off at your service. Its owner turns it on with “${setting}” in cdk.json, and deploys again.`,
  notKnown: "The service doesn't know this. It may have been deleted meanwhile.",
  nothingYet: "The service has nothing to show here yet.",
  older: "Your service is older than this page and can't do this yet. Its owner can update it.",
  tooLarge: "This is more than the service takes at once. Try a smaller part.",
  refused: (message: string) => `The service didn't accept this. It says: “${message}”`,
  quota: "Your key's quota for today is used up. It works again tomorrow.",
  throttled: (when: string) => `That was too fast for the service. Try again ${when}.`,
  unavailable: (when: string) => `The service can't do this at the moment. Try again ${when}.`,
  later: "in a moment",
  inSeconds: (seconds: string, several: boolean) => (several ? `in ${seconds} seconds` : `in a second`),
  broken: (requestId: string | null) =>
    requestId ? `Something failed at the service. Its owner finds it by the number ${requestId}.` : "Something failed at the service.",
  unexpected: "Something failed in this page. Load it again; nothing that was stored is lost.",
};
