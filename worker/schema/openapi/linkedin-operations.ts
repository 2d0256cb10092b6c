import { LINKEDIN_PROBLEMS, listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';

/** Connecting LinkedIn, and LinkedIn's own objects. */
export const LINKEDIN_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Goes to LinkedIn's consent page",
    role: 'editor',
    answer: { status: 302, description: 'To LinkedIn, with a `state` that works once, within ten minutes' },
    problems: ['oauth_app_missing', 'public_url_missing'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Makes the address of LinkedIn's consent page, for a browser that cannot send the token",
    answer: {
      status: 200,
      description: 'The address, which works once and within ten minutes, and the redirect address for the app',
      schema: ref('Authorization'),
    },
    problems: ['oauth_app_missing', 'public_url_missing'],
  },
  {
    method: 'get',
    path: '/oauth/linkedin/callback',
    summary: 'Where LinkedIn sends the browser back to; every end is a page that says what to do',
    answer: { status: 200, description: 'Connected', schema: { type: 'string' }, type: 'text/html' },
    otherAnswers: [
      { status: 400, description: 'LinkedIn or the person said no', schema: { type: 'string' }, type: 'text/html' },
      {
        status: 401,
        description: 'The `state` is unknown, used or too old',
        schema: { type: 'string' },
        type: 'text/html',
      },
      { status: 502, description: 'LinkedIn did not answer', schema: { type: 'string' }, type: 'text/html' },
    ],
    query: ['code', 'state', 'error', 'error_description'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/ad-accounts',
    summary: "Lists all ad accounts of the token's member, with their role on each",
    answer: { status: 200, description: 'All ad accounts', schema: listOf('AdAccount') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/campaigns',
    summary: "Lists all campaigns of the integration's ad account that can still count conversions",
    answer: { status: 200, description: 'All campaigns', schema: listOf('Campaign') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: "Lists all conversion rules of the integration's ad account",
    answer: { status: 200, description: 'All conversion rules', schema: listOf('ConversionRule') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: 'Creates a conversion rule, or finds the one of this name (200, "created": false)',
    body: 'ConversionRuleCreate',
    answer: { status: 201, description: 'The rule that was made', schema: ref('MadeConversionRule') },
    otherAnswers: [{ status: 200, description: 'The rule that was there', schema: ref('MadeConversionRule') }],
    problems: [...LINKEDIN_PROBLEMS, 'in_progress'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Reads a conversion rule, by its number or its URN',
    answer: { status: 200, description: 'The rule', schema: ref('ConversionRule') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'patch',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Changes what is different, and asks LinkedIn nothing when that is nothing',
    body: 'ConversionRulePatch',
    answer: { status: 200, description: 'The rule', schema: ref('ChangedConversionRule') },
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'put',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}/campaigns',
    summary: 'Lets campaigns count by a conversion rule; it adds and never removes',
    body: 'CampaignsToAdd',
    answer: {
      status: 200,
      description: 'All campaigns that count by it, those added, and those that LinkedIn refused',
      schema: ref('AddedCampaigns'),
    },
    problems: LINKEDIN_PROBLEMS,
  },
];
