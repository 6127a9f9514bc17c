/**
 * The way from Notary v1 to TUF 1.0 or to signatures in the form of cosign.
 *
 * <p>A {@link dev.tallyclerk.trust.migrate.NotaryMigration} makes a {@link dev.tallyclerk.trust.migrate.MigrationPlan}
 * of a verified collection: what is carried over, and what is not and why. The plan then becomes a change of a TUF
 * repository, or signatures to attach.
 */
@NullMarked
package dev.tallyclerk.trust.migrate;

import org.jspecify.annotations.NullMarked;
