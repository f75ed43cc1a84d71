<<head>>
import type { SecretDefinition } from './secrets-manager-construct';

/** Whose secrets they are. */
export const APP = <<site.app|double>>;

/** The environment that these are of. */
export const ENVIRONMENT = <<site.environment|double>>;

/** Regions that have copies. */
export const REPLICA_REGIONS: readonly string[] = [<% for region in aws.replicas %><<region|double>><% if not loop.last %>, <% endif %><% endfor %>];

/** The key that encrypts; that of the account when absent. */
export const KMS_KEY: string | undefined = <% if aws.kms_key %><<aws.kms_key|double>><% else %>undefined<% endif %>;

/** The secrets, by path. */
export const SECRETS: readonly SecretDefinition[] = [
<% for row in site.rows %>
  {
    name: <<row.name|double>>,
    id: <<row.id|double>>,
    path: <<row.path|double>>,
    description: <<row.description|double>>,
<% if row.json %>
    fields: [<% for field in row.fields %><<field|double>><% if not loop.last %>, <% endif %><% endfor %>],
<% endif %>
<% if row.rotation %>
    rotation: { method: <<row.rotation.method|double>>, days: <<row.rotation.days>> },
<% endif %>
    tags: {
<% for key, value in row.tags|items %>
      <<key|double>>: <<value|double>>,
<% endfor %>
    },
  },
<% endfor %>
];
