<<head>>
// For a runner that has `test`, such as Jest.
import assert from 'node:assert/strict';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

import { APP, ENVIRONMENT, KMS_KEY, REPLICA_REGIONS, SECRETS } from '../lib/constructs/secrets';
import { SecretsManagerConstruct, exampleSecrets } from '../lib/constructs/secrets-manager-construct';
import type { SecretDefinition, ValueMode } from '../lib/constructs/secrets-manager-construct';

declare function test(name: string, body: () => void): void;

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };

/** The template of a stack with these secrets. */
function synth(environment: string, secrets: readonly SecretDefinition[], valueMode?: ValueMode): Template {
  const stack = new Stack(new App(), 'Secrets');
  new SecretsManagerConstruct(stack, 'Secrets', {
    app: APP,
    environment,
    secrets,
    valueMode,
    kmsKeyId: KMS_KEY,
    replicaRegions: REPLICA_REGIONS,
  });
  return Template.fromStack(stack);
}

function resources(template: Template): Resource[] {
  return Object.values(template.findResources('AWS::SecretsManager::Secret')) as Resource[];
}

/** Every key of an object, however deep. */
function keys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, it]) => [key, ...keys(it)]);
}

test('no template has a value', () => {
  const trial = exampleSecrets(APP, 'development');
  for (const template of [synth(ENVIRONMENT, SECRETS), synth('development', trial, 'placeholder')]) {
    assert.ok(!keys(template.toJSON()).includes('SecretString'));
  }
  assert.ok(!keys(synth(ENVIRONMENT, SECRETS).toJSON()).includes('GenerateSecretString'));
});

test('every secret of the manifest is made, by its path, and kept', () => {
  const made = resources(synth(ENVIRONMENT, SECRETS));
  assert.deepEqual(made.map((it) => it.Properties['Name']).sort(), SECRETS.map((it) => it.path).sort());
  for (const secret of made) {
    const tags = secret.Properties['Tags'] as { Key: string; Value: string }[];
    assert.ok(tags.some((it) => it.Key === 'ManagedBy' && it.Value === 'shield'));
    assert.ok(tags.some((it) => it.Key === 'Environment' && it.Value === ENVIRONMENT));
    assert.equal(secret.DeletionPolicy, 'Retain');
  }
});

test('placeholders have the fields of the structure, and stay as they are', () => {
  const made = resources(synth('development', exampleSecrets(APP, 'development'), 'placeholder'));
  const templates = made.map((it) => {
    const generated = it.Properties['GenerateSecretString'] as { SecretStringTemplate: string };
    return generated.SecretStringTemplate;
  });
  // A change of one of these would replace the values of secrets that are in use.
  assert.deepEqual(templates.sort(), [
    '{"apiKey":"SHIELD_PLACEHOLDER_apiKey","apiSecret":"SHIELD_PLACEHOLDER_apiSecret"}',
    '{"apiKey":"SHIELD_PLACEHOLDER_apiKey"}',
  ]);
});

test('there are no placeholders where programs are in earnest', () => {
  for (const environment of ['staging', 'production']) {
    assert.throws(() => synth(environment, exampleSecrets(APP, environment), 'placeholder'), /placeholders/);
  }
});

test('a secret of another environment is refused', () => {
  assert.throws(() => synth('staging', exampleSecrets(APP, 'production')), /belong/);
});
