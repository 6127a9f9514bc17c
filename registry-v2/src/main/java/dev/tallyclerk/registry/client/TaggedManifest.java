package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.FetchedManifest;

/**
 * What a registry has under a tag.
 *
 * @param digest the digest of the document, or of what is signed of it
 * @param document its bytes and the type that it was announced as
 */
record TaggedManifest(Digest digest, FetchedManifest document) {}
