import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { repositoryRoot } from '../../src/repository-root.ts';
import type { ComposeService } from './compose-file.ts';

/** One stage of a Dockerfile, with its build arguments filled in. */
export interface ImageStage {
  readonly name: string;
  /** Image or earlier stage. */
  readonly base: string;
  readonly environment: Record<string, string>;
  readonly copies: { from: string | undefined; sources: string[]; to: string }[];
  /** Shell commands, without what the builder mounts for them. */
  readonly runs: string[];
  workingFolder: string;
  command: readonly string[];
  healthCheck: readonly string[];
  port: string;
  user: string;
  stopSignal: string;
}

/** The stages of the Dockerfile that builds a service, the target last. */
export function readImageStages({ build }: ComposeService): ImageStage[] {
  if (build === undefined) throw new Error('This service has no Dockerfile');
  const text = readFileSync(join(repositoryRoot, build.context, build.dockerfile), 'utf8');
  const stages: ImageStage[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const content = (instruction.getArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, '');
    if (keyword === 'FROM') stages.push(startStage(content));
    const stage = stages.at(-1);
    if (stage !== undefined) {
      const copyFrom = /--from=(\S+)/.exec(instruction.toString())?.[1];
      apply(stage, keyword, { content: expand(content, build.args ?? {}), copyFrom });
    }
    if (stage?.name === build.target && keyword === 'CMD') return stages;
  }
  throw new Error(`${build.dockerfile} has no stage ${build.target} that ends in CMD`);
}

/** The image that a service runs in. */
export function readImage(service: ComposeService): ImageStage {
  const image = readImageStages(service).at(-1);
  if (image === undefined) throw new Error('A Dockerfile without a stage');
  return image;
}

function startStage(content: string): ImageStage {
  const [base = '', , name = ''] = content.split(/\s+/);
  return {
    name,
    base,
    environment: {},
    copies: [],
    runs: [],
    workingFolder: '/',
    command: [],
    healthCheck: [],
    port: '',
    user: '0',
    stopSignal: '',
  };
}

function apply(
  stage: ImageStage,
  keyword: string,
  { content, copyFrom }: { content: string; copyFrom: string | undefined },
): void {
  switch (keyword) {
    case 'ENV':
      for (const [, name, value] of content.matchAll(/(\w+)=(\S*)/g)) {
        stage.environment[name ?? ''] = value ?? '';
      }
      break;
    case 'COPY': {
      const sources = content.split(/\s+/).filter((word) => !word.startsWith('--'));
      const to = sources.at(-1) ?? '';
      stage.copies.push({ from: copyFrom, sources: sources.slice(0, -1), to });
      break;
    }
    case 'RUN':
      stage.runs.push(content);
      break;
    case 'ADD':
      throw new Error('ADD unpacks and downloads: COPY is what is meant');
    case 'WORKDIR':
      stage.workingFolder = content;
      break;
    case 'CMD':
      stage.command = JSON.parse(content) as string[];
      break;
    case 'HEALTHCHECK':
      stage.healthCheck = JSON.parse(content.slice(content.indexOf('['))) as string[];
      break;
    case 'EXPOSE':
      stage.port = content;
      break;
    case 'USER':
      stage.user = content;
      break;
    case 'STOPSIGNAL':
      stage.stopSignal = content;
      break;
  }
}

/** Build arguments only: ${NAME} of a shell command stays where there is no such argument. */
function expand(content: string, args: Readonly<Record<string, string>>): string {
  return content.replaceAll(/\$\{(\w+)\}/g, (text, name) => args[name] ?? text);
}

/** Where a folder of the images is in the repository. */
export function repositoryPathOf(imagePath: string): string {
  return join(repositoryRoot, imagePath.replace(/^\/app(?=\/|$)/, ''));
}
