import * as v from 'valibot';

import { WholeListQuery } from '../queries.ts';
import { LINKEDIN_PROBLEMS, listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';

/** The operations that connect LinkedIn, and those on LinkedIn's own objects. */
export const LINKEDIN_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Redirects to LinkedIn's consent page",
    role: 'editor',
    answer: { status: 302, description: 'To LinkedIn, with a `state` that works once, within ten minutes' },
    problems: ['oauth_app_missing', 'public_url_missing'],
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/oauth/authorize',
    summary: "Returns the URL of LinkedIn's consent page, for a browser that cannot send the token",
    answer: {
      status: 200,
      description: 'The URL, which works once and within ten minutes, and the redirect URL for the app',
      schema: ref('Authorization'),
    },
    problems: ['oauth_app_missing', 'public_url_missing'],
  },
  {
    method: 'get',
    path: '/oauth/linkedin/callback',
    summary: 'Receives the browser that LinkedIn sends back. Every answer is a page that says what to do next',
    answer: { status: 200, description: 'Connected', schema: { type: 'string' }, type: 'text/html' },
    otherResponses: [
      { status: 400, description: 'LinkedIn or the person said no', schema: { type: 'string' }, type: 'text/html' },
      {
        status: 401,
        description: 'The `state` is unknown, used or too old',
        schema: { type: 'string' },
        type: 'text/html',
      },
      { status: 502, description: 'LinkedIn did not answer', schema: { type: 'string' }, type: 'text/html' },
    ],
    query: v.object({
      code: v.exactOptional(v.string()),
      state: v.exactOptional(v.string()),
      error: v.exactOptional(v.string()),
      error_description: v.exactOptional(v.string()),
    }),
  },
  {
    method: 'post',
    path: '/v1/admin/sources/{id}/check-token',
    summary: 'Asks LinkedIn what an access token can do, before it is stored. Nothing is stored or sent',
    body: 'TokenToCheck',
    answer: { status: 200, description: 'What it cannot do, and its ad accounts', schema: ref('CheckedToken') },
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/ad-accounts',
    summary: "Lists all ad accounts of the token's member, with their role on each",
    answer: { status: 200, description: 'All ad accounts', schema: listOf('AdAccount') },
    query: WholeListQuery,
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/campaigns',
    summary: "Lists all campaigns of the integration's ad account that can still count conversions",
    answer: { status: 200, description: 'All campaigns', schema: listOf('Campaign') },
    query: WholeListQuery,
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: "Lists all conversion rules of the integration's ad account",
    answer: { status: 200, description: 'All conversion rules', schema: listOf('ConversionRule') },
    query: WholeListQuery,
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/admin/integrations/{id}/conversion-rules',
    summary: 'Creates a conversion rule, or finds the one with this name (200, "created": false)',
    body: 'ConversionRuleCreate',
    answer: { status: 201, description: 'The created rule', schema: ref('MadeConversionRule') },
    otherResponses: [{ status: 200, description: 'The existing rule', schema: ref('MadeConversionRule') }],
    problems: [...LINKEDIN_PROBLEMS, 'in_progress'],
  },
  {
    method: 'get',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Reads a conversion rule, by its number or its URN',
    answer: { status: 200, description: 'The rule', schema: ref('ConversionRule') },
    hasVersion: true,
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'patch',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}',
    summary: 'Changes the fields that differ; calls LinkedIn only if there are any',
    body: 'ConversionRulePatch',
    answer: { status: 200, description: 'The rule', schema: ref('ChangedConversionRule') },
    hasVersion: true,
    problems: LINKEDIN_PROBLEMS,
  },
  {
    method: 'put',
    path: '/v1/admin/integrations/{id}/conversion-rules/{rule}/campaigns',
    summary: 'Adds campaigns to a conversion rule; never removes any',
    body: 'CampaignsToAdd',
    answer: {
      status: 200,
      description: 'All campaigns of the rule, those added, and those that LinkedIn refused',
      schema: ref('AddedCampaigns'),
    },
    problems: LINKEDIN_PROBLEMS,
  },
];
