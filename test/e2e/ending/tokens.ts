// What the workspace and who serves it agree on before either of them runs.

export const tokens = { bot: 'xoxb-local-ending', app: 'xapp-1-local-ending' };
