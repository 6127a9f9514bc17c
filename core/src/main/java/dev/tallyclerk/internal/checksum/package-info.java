/**
 * Checksums of package managers, which tell changed files from unchanged ones. Nothing here is for security: whether
 * content is what somebody promised is decided by {@link dev.tallyclerk.verify} only.
 */
@NullMarked
package dev.tallyclerk.internal.checksum;

import org.jspecify.annotations.NullMarked;
