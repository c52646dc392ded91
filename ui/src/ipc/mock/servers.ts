import type { DefinedPlatform, DefinedProblem } from '../generated';
import type { Handlers } from './posts';
import type { World } from './world';

function wrongWith(world: World, server: DefinedPlatform): DefinedProblem[] {
  const problems: DefinedProblem[] = [];
  if (!server.id) problems.push({ field: 'id', wrong: 'missing' });
  if (world.platforms.some(({ id }) => id === server.id)) problems.push({ field: 'id', wrong: 'taken' });
  if (!server.name) problems.push({ field: 'name', wrong: 'missing' });
  if (server.metadata.startsWith('http:')) problems.push({ field: 'metadata', wrong: 'no_https' });
  if (!server.metadata && !server.token) problems.push({ field: 'token', wrong: 'missing' });
  return problems;
}

export const servers: Handlers<'providers'> = {
  providers_list: (world) => structuredClone(world.servers),
  providers_define: (world, server) => {
    const problems = wrongWith(world, server);
    if (problems.length > 0) return { platform: null, problems };
    world.servers = [...world.servers.filter(({ id }) => id !== server.id), server];
    world.emit('accounts');
    return { platform: server, problems: [] };
  },
  providers_remove: (world, { id }) => {
    world.servers = world.servers.filter((server) => server.id !== id);
    world.emit('accounts');
    return {};
  },
};
