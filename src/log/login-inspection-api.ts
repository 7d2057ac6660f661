// Management: one token request opened again, for whoever asks why somebody could not log in.
import { apiRefusals } from '../error/api-error.ts';
import { type InspectedStores, inspectLogin } from '../grant/login-inspection.ts';
import { type Endpoint, endpoint } from '../management/endpoint.ts';

/** The endpoint of the login inspector. */
export function createLoginInspectionEndpoints({ stores }: { readonly stores: InspectedStores }): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/login-inspections/{id}',
      tag: 'logs',
      summary: 'Gatehouse’s own: the phases of a token request, and why it was refused',
      scopes: ['read:logs'],
      params: {
        id: { description: 'The log_id of its event, or its request id.', example: '19bc1a5a0f1b2c3d4e5f' },
      },
      status: 200,
      async handle({ tenant, params }) {
        const inspection = await inspectLogin(stores, tenant, params['id'] ?? '');
        if (!inspection) throw apiRefusals.missing('token request');
        return inspection;
      },
    }),
  ];
}
