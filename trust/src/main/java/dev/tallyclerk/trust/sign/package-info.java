/**
 * Signs images and attests to them, in the forms that cosign reads.
 *
 * <p>{@link dev.tallyclerk.trust.sign.SigningKeys} reads and makes keys, and
 * {@link dev.tallyclerk.trust.sign.ImageSigner} makes signatures and attestations as values, which
 * {@code AttachmentWriter} of tallyclerk-registry-v2 attaches to the image in a registry or a layout. A key in a token
 * or in the KMS of a cloud is a {@link dev.tallyclerk.trust.sign.SigningKey}.
 */
@NullMarked
package dev.tallyclerk.trust.sign;

import org.jspecify.annotations.NullMarked;
