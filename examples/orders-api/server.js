// A small API that answers nobody without an access token: reading orders takes the scope read:orders, placing one
// write:orders. It asks the authorization server for its public keys and for nothing else.
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';

const issuer = process.env.ISSUER_BASE_URL ?? 'https://localhost:3443/';
const audience = process.env.AUDIENCE ?? 'https://orders.example.com';
const port = Number(process.env.PORT ?? 3001);

const orders = [{ id: 1, item: 'Tea', placedBy: 'nobody' }];

const app = express();
// From here on every request has a valid token of this issuer for this audience, or is answered 401.
app.use(auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: 'RS256' }));
app.use(express.json());

app.get('/orders', requiredScopes('read:orders'), (_request, response) => {
  response.json(orders);
});

app.post('/orders', requiredScopes('write:orders'), (request, response) => {
  // The token says who is asking: `sub` is the user's id.
  const { item = 'Something' } = request.body ?? {};
  const order = { id: orders.length + 1, item, placedBy: request.auth.payload.sub };
  orders.push(order);
  response.status(201).json(order);
});

// Express takes a function of four parameters for the one that answers errors.
app.use((error, _request, response, _next) => {
  const { status = 500, headers = {}, code, type, message } = error;
  // Such as: the keys could not be fetched, because the certificate of the issuer is not trusted.
  if (status >= 500) console.error(error);
  response
    .status(status)
    .set(headers)
    .json(status >= 500 ? { error: 'internal' } : { error: code ?? type ?? 'unauthorized', message });
});

app.listen(port, '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`The orders API listens on http://localhost:${port} and accepts tokens of ${issuer} for ${audience}.`);
});
