// The app's Home tab.
import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Blocks } from './blocks.ts';
import { Icon } from './icons.ts';
import type { Values } from './snapshot.ts';
import { type Surface, SurfaceContext, useWorld } from './world.ts';

export function Home(): VNode {
  const { act, snapshot } = useWorld();
  const [values, setValues] = useState<Values>({});
  const view = snapshot.home;
  useEffect(() => {
    void act({ act: 'home' });
  }, [snapshot.me.id, act]);
  if (!view) {
    return html`<div class="scroller"><div class="empty">
      <span class="empty-sign"><${Icon} name="home" size=${26} /></span>
      <h2>${snapshot.app.name} has not set up your Home yet</h2>
      <p>${snapshot.isAppConnected ? 'It was told that you are here.' : 'The app is not connected.'}</p>
    </div></div>`;
  }
  const surface: Surface = {
    press: (action, value) =>
      act({ act: 'click', where: { viewId: view.id }, action, values, ...(value === undefined ? {} : { value }) }),
    values,
    enter: (key, value) => setValues({ ...values, [key]: value }),
    errors: {},
  };
  return html`<div class="scroller home" tabindex="0"><div class="home-inner">
    <${SurfaceContext.Provider} value=${surface}><${Blocks} blocks=${view.blocks} /><//>
  </div></div>`;
}
