<<head>>
import { CfnSecret, RotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Annotations, Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** A secret: everything about it but its value. */
export interface SecretDefinition {
  /** What code calls it. */
  readonly name: string;
  /** A word for it that no other secret of the stack has. */
  readonly id: string;
  /** Where it is: `/app/environment/category/name`. */
  readonly path: string;
  readonly description?: string;
  /** The parts of its value, where that is an object of JSON. */
  readonly fields?: readonly string[];
  /** How it is replaced, and how often. */
  readonly rotation?: { readonly method: string; readonly days: number };
  readonly tags?: Readonly<Record<string, string>>;
}

/** An example of a structure: what `AlphaVantageCredentials` holds. */
export interface AlphaVantageCredentials {
  readonly apiKey: string;
}

/** An example of a structure: what `AlpacaCredentials` holds. */
export interface AlpacaCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** The two examples as definitions, for an application and an environment. */
export function exampleSecrets(app: string, environment: string): readonly SecretDefinition[] {
  const example = (id: string, name: string, fields: readonly string[]): SecretDefinition => ({
    name,
    id,
    path: `/${app}/${environment}/${name}`,
    description: `${id} of ${app} in ${environment}`,
    fields,
    rotation: { method: 'manual', days: 90 },
    tags: { Environment: environment },
  });
  const alphaVantage: readonly (keyof AlphaVantageCredentials)[] = ['apiKey'];
  const alpaca: readonly (keyof AlpacaCredentials)[] = ['apiKey', 'apiSecret'];
  return [
    example('AlphaVantageCredentials', 'integrations/alpha-vantage', alphaVantage),
    example('AlpacaCredentials', 'integrations/alpaca', alpaca),
  ];
}

/**
 * What a new secret holds.
 *
 * - `none`: nothing. `shield provision apply` puts the value there, and a new template leaves it.
 * - `placeholder`: an object whose fields begin with `SHIELD_PLACEHOLDER_`, which the generated
 *   modules refuse outside of development and tests. Never change the fields of one that is in
 *   use: CloudFormation would put another placeholder over the value.
 */
export type ValueMode = 'none' | 'placeholder';

export interface SecretsManagerConstructProps {
  readonly app: string;
  /** `development`, `test`, `staging`, `production` or another one. */
  readonly environment: string;
  readonly secrets: readonly SecretDefinition[];
  /** `none` when absent; `placeholder` is for development and tests alone. */
  readonly valueMode?: ValueMode;
  readonly encryptionKey?: IKey;
  /** Its id, ARN or alias, where it is not at hand as a construct. */
  readonly kmsKeyId?: string;
  readonly replicaRegions?: readonly string[];
  /** Who may read all of them. */
  readonly readers?: readonly IGrantable[];
  /** The functions that rotate, by the name of the secret: not before it has a value. */
  readonly rotation?: Readonly<Record<string, IFunction>>;
  /** They are kept when absent, and when the environment is not for development or tests. */
  readonly removalPolicy?: RemovalPolicy;
}

const PLACEHOLDER = 'SHIELD_PLACEHOLDER_';

/** The secrets of an application in one environment, in AWS Secrets Manager. */
export class SecretsManagerConstruct extends Construct {
  private readonly made = new Map<string, Secret>();

  constructor(scope: Construct, id: string, props: SecretsManagerConstructProps) {
    super(scope, id);
    const isTrial = props.environment === 'development' || props.environment === 'test';
    const mode = props.valueMode ?? 'none';
    if (mode === 'placeholder' && !isTrial) {
      throw new Error(`${props.environment} has no placeholders: leave valueMode out`);
    }
    for (const definition of props.secrets) {
      checkPath(definition, props);
      this.add(definition, props, mode, isTrial);
    }
  }

  /** The names of the secrets. */
  get names(): readonly string[] {
    return [...this.made.keys()];
  }

  /** The secret that code calls `name`. */
  secret(name: string): ISecret {
    const secret = this.made.get(name);
    if (secret === undefined) {
      throw new Error(`there is no secret ${name}`);
    }
    return secret;
  }

  /** Lets `grantee` read one secret. */
  grantRead(name: string, grantee: IGrantable): void {
    this.secret(name).grantRead(grantee);
  }

  private add(
    definition: SecretDefinition,
    props: SecretsManagerConstructProps,
    mode: ValueMode,
    isTrial: boolean,
  ): void {
    const { name, rotation } = definition;
    if (this.made.has(name)) {
      throw new Error(`there are two secrets ${name}`);
    }
    const secret = new Secret(this, definition.id, {
      secretName: definition.path,
      description: definition.description || undefined,
      encryptionKey: props.encryptionKey,
      replicaRegions: props.replicaRegions?.map((region) => ({ region })),
      generateSecretString: mode === 'placeholder' ? placeholder(definition) : undefined,
      removalPolicy: (isTrial ? props.removalPolicy : undefined) ?? RemovalPolicy.RETAIN,
    });
    const resource = secret.node.defaultChild as CfnSecret;
    if (mode === 'none') {
      // Without options the CDK asks for a random value, which looks like a real one.
      resource.addPropertyDeletionOverride('GenerateSecretString');
    }
    if (props.kmsKeyId !== undefined && props.encryptionKey === undefined) {
      resource.kmsKeyId = props.kmsKeyId;
    }
    for (const [key, value] of Object.entries(definition.tags ?? {})) {
      Tags.of(secret).add(key, value);
    }
    Tags.of(secret).add('App', props.app);
    Tags.of(secret).add('Environment', props.environment);
    Tags.of(secret).add('ManagedBy', 'shield');
    for (const reader of props.readers ?? []) {
      secret.grantRead(reader);
    }
    const rotationLambda = props.rotation?.[name];
    if (rotationLambda !== undefined) {
      new RotationSchedule(this, `${definition.id}Rotation`, {
        secret,
        rotationLambda,
        automaticallyAfter: Duration.days(rotation?.days ?? 30),
        rotateImmediatelyOnUpdate: false,
      });
    } else if (rotation !== undefined && rotation.method !== 'manual') {
      Annotations.of(this).addInfo(`${name} is to be rotated by ${rotation.method}, which is not here yet`);
    }
    this.made.set(name, secret);
  }
}

/** Something that is of the right form, and that nobody takes for a value. */
function placeholder(definition: SecretDefinition) {
  const fields = definition.fields ?? [];
  const template = Object.fromEntries(fields.map((it) => [it, `${PLACEHOLDER}${it}`]));
  return {
    secretStringTemplate: JSON.stringify(template),
    generateStringKey: `${PLACEHOLDER}random`,
    excludePunctuation: true,
  };
}

/** A secret of one environment must not be made in another one. */
function checkPath(definition: SecretDefinition, props: SecretsManagerConstructProps): void {
  const environment = definition.tags?.['Environment'] ?? props.environment;
  if (environment !== props.environment) {
    throw new Error(`${definition.path} does not belong to ${props.environment}`);
  }
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(definition.path)) {
    throw new Error(`${definition.name} has a path that AWS does not take`);
  }
}
