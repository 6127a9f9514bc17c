/**
 * Bills of materials of images, in CycloneDX and SPDX: written from what the layers have, read as claims, and compared.
 *
 * <p>{@link dev.tallyclerk.registry.sbom.SbomWriter} writes an inventory, {@link dev.tallyclerk.registry.sbom.Sbom}
 * reads what somebody else claims, {@link dev.tallyclerk.registry.sbom.SbomFinder} finds what is attached to an image,
 * and {@link dev.tallyclerk.registry.sbom.SbomComparison} compares claims with an inventory, which
 * {@link dev.tallyclerk.registry.sbom.SbomRules} turns into findings. All values are immutable.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>
 * @see <a href="https://spdx.github.io/spdx-spec/v2.3/">SPDX 2.3</a>
 */
@NullMarked
package dev.tallyclerk.registry.sbom;

import org.jspecify.annotations.NullMarked;
