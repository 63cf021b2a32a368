// Reads blocks as a person would: the words, in order, with mentions and dates spelt out.
export function said(value: unknown): string {
  if (Array.isArray(value)) return value.map(said).join('');
  if (typeof value !== 'object' || value === null) return '';
  const part = value as Record<string, unknown>;
  switch (part.type) {
    case 'text':
    case 'plain_text':
      return String(part.text);
    case 'user':
      return `<@${part.user_id}>`;
    case 'usergroup':
      return `<!subteam^${part.usergroup_id}>`;
    case 'date':
      return String(part.fallback);
    case 'button':
      return `[${said(part.text)}]`;
    case 'input':
      return `${said(part.label)}: ____\n`;
    case 'header':
      return `# ${said(part.text)}\n`;
    case 'rich_text_preformatted':
      return `\n\`\`\`${said(part.elements)}\`\`\``;
    case 'rich_text_quote':
      return `\n> ${said(part.elements)}`;
    case 'rich_text':
    case 'context':
    case 'actions':
      return `${said(part.elements)}\n`;
    default:
      return said(part.elements);
  }
}
