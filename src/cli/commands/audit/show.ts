// `countersign audit show`: the whole story of a request, in order, as a person reads it.
import type { Command } from 'commander';
import { present } from '../../../domain/present.ts';
import type { Scene, Story } from '../../../workbench/audit/story.ts';
import { momentWords, ownZone } from '../../audit/moment.ts';
import { storyLines } from '../../audit/story-text.ts';
import { EXIT } from '../../exit-codes.ts';
import { UsageError } from '../../failing.ts';
import { painter, say } from '../../screen.ts';
import { openAudit } from './source.ts';

type Options = { readonly zone: string; readonly policies?: string; readonly json?: boolean };

export function addShowAudit(audit: Command, end: (code: number) => void): void {
  audit
    .command('show <request>')
    .description(
      'the whole story of a request: who, when, what policy said, what was shown; ends with 1 where the chain does not hold',
    )
    .option('--zone <zone>', 'show times in this zone as well as in UTC', ownZone())
    .option('--policies <folder>', 'say what these policies call the rules that are named')
    .option('--json', 'print it as JSON, each entry as it was stored')
    .action(async (request: string, { zone, policies, json }: Options) => {
      const when = momentWords(zone);
      const { storyOf } = await import('../../../workbench/audit/story.ts');
      const titleOf = policies === undefined ? undefined : await titlesIn(policies);
      const audit = await openAudit();
      try {
        const [lines, logged] = await Promise.all([audit.log.of(request), audit.opaLogOf(request)]);
        const story = storyOf(request, lines, { logged, ...present({ titleOf }) });
        if (story.scenes.length === 0) {
          throw new UsageError(
            `${audit.name} has no request ${request}. Check the id, REDIS_URL and COUNTERSIGN_NAMESPACE.`,
          );
        }
        if (json === true) say(JSON.stringify(storyJson(story), undefined, 2));
        else for (const line of storyLines(story, when, painter(process.stdout))) say(line);
        end(story.isWhole ? EXIT.ok : EXIT.broken);
      } finally {
        await audit.close();
      }
    });
}

async function titlesIn(folder: string): Promise<(rule: string) => string | undefined> {
  const { readRules } = await import('../../../workbench/policy/rules.ts');
  const rules = await readRules(folder);
  return rule => rules.of(rule)?.title;
}

function storyJson({ request, isWhole, scenes, onlyOpa }: Story): unknown {
  return {
    request,
    chain: isWhole ? 'holds' : 'broken',
    entries: scenes.map(sceneJson),
    only_opa: onlyOpa.map(({ opa }) => opa),
  };
}

function sceneJson({ told, opa, ...scene }: Scene): unknown {
  const words = 'kind' in told ? { unknown: told.why } : told;
  return { ...scene, ...words, ...(opa === undefined ? {} : { opa: opa.match }) };
}
