import Fastify from 'fastify';

/*
 * A program with one route of the framework that the gateway stands on, and nothing behind it: it reads the body of
 * a report as JSON, and answers that all is well.
 *
 * Argument: the port to listen on.
 */

const app = Fastify();
app.put('/v1/clients/:id/location', (_, reply) => reply.code(204).send());
await app.listen({ host: '127.0.0.1', port: Number(process.argv[2]) });
console.log('ready');
