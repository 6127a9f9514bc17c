/**
 * Artifacts that are attached to an image, such as signatures, attestations and bills of materials, where registries,
 * layouts and archives keep them.
 *
 * <p>The method {@code attachments} of an image source lists them.
 * {@link dev.tallyclerk.registry.attachment.StoredAttachments} is the one implementation: it bounds and verifies what
 * an {@link dev.tallyclerk.registry.attachment.AttachmentStore} has.
 */
@NullMarked
package dev.tallyclerk.registry.attachment;

import org.jspecify.annotations.NullMarked;
