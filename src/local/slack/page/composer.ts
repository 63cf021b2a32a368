// Where a person types: messages, slash commands, and the app's shortcuts.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from './icons.ts';
import type { ListedChannel } from './snapshot.ts';
import { useWorld } from './world.ts';

export function Composer({
  channel,
  threadTs,
}: {
  readonly channel: ListedChannel;
  readonly threadTs?: string;
}): VNode {
  const { act, snapshot } = useWorld();
  const [text, setText] = useState('');
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const { commands, shortcuts } = snapshot.hints;
  const suggested =
    text.startsWith('/') && !text.includes(' ') ? commands.filter(one => one.command.startsWith(text)) : [];
  const place = channel.kind === 'dm' ? channel.name : `#${channel.name}`;

  if (channel.isArchived) {
    return html`<div class="composer-closed"><${Icon} name="archive" size=${16} /> This channel is archived. It can be read, not written to.</div>`;
  }

  async function send(): Promise<void> {
    const line = text.trim();
    if (line === '' || isBusy) return;
    const [typed = ''] = line.split(/\s/);
    if (typed.startsWith('/') && commands.length > 0 && !commands.some(({ command }) => command === typed)) {
      setFailure(`${typed} is no command here. Try ${commands.map(({ command }) => command).join(', ')}.`);
      return;
    }
    setBusy(true);
    setFailure('');
    const thread = threadTs ? { threadTs } : {};
    const result = line.startsWith('/')
      ? await act({ act: 'command', line, channel: channel.id })
      : await act({ act: 'say', channel: channel.id, text: escapeTyped(line), ...thread });
    setBusy(false);
    if (result.ok) setText('');
    else
      setFailure(
        line.startsWith('/') ? `${line.split(' ')[0]} failed: the app did not answer.` : (result.failure ?? ''),
      );
    box.current?.focus();
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const [only] = suggested;
    if (event.key === 'Tab' && only) {
      event.preventDefault();
      setText(`${only.command} `);
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  };

  return html`<div class="composer">
    ${
      suggested.length > 0
        ? html`<ul class="suggestions" role="listbox" aria-label="Commands">${suggested.map(
            one =>
              html`<li key=${one.command}><button type="button" role="option" onClick=${() => {
                setText(`${one.command} `);
                box.current?.focus();
              }}><b>${one.command}</b> <span>${one.description}</span></button></li>`,
          )}</ul>`
        : null
    }
    ${failure ? html`<p class="composer-failure" role="alert"><${Icon} name="warning" size=${15} />${failure}</p>` : null}
    <div class="composer-box">
      ${
        threadTs
          ? null
          : shortcuts.map(
              one => html`<button type="button" class="icon-button" key=${one.callback_id} title=${one.name} aria-label=${one.name}
                onClick=${() => void act({ act: 'shortcut', callbackId: one.callback_id })}><${Icon} name="bolt" /></button>`,
            )
      }
      <textarea ref=${box} rows="1" value=${text} aria-label=${threadTs ? 'Reply' : `Message ${place}`}
        placeholder=${threadTs ? 'Reply…' : `Message ${place}`} onKeyDown=${onKeyDown}
        onInput=${(event: Event) => setText((event.target as HTMLTextAreaElement).value)}></textarea>
      <button type="button" class="icon-button send" aria-label="Send" disabled=${text.trim() === '' || isBusy}
        onClick=${() => void send()}><${Icon} name="send" /></button>
    </div>
  </div>`;
}

/** What people type is escaped by their client, as Slack's does it. */
function escapeTyped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
