// Makes the template that the CDK deploys, below `cdk.out`.
import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';

import { APP, ENVIRONMENT, KMS_KEY, REPLICA_REGIONS, SECRETS } from './lib/constructs/secrets';
import { SecretsManagerConstruct } from './lib/constructs/secrets-manager-construct';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
const stack = new Stack(app, 'Secrets', { synthesizer });
new SecretsManagerConstruct(stack, 'Secrets', {
  app: APP,
  environment: ENVIRONMENT,
  secrets: SECRETS,
  kmsKeyId: KMS_KEY,
  replicaRegions: REPLICA_REGIONS,
});
app.synth();
