package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the policy says of an image.
 *
 * @param isAccepted whether it may be given
 * @param isVouched whether its content was looked at, as it is once somebody vouches for it
 * @param isFinal whether no data was missing, so that the same is decided again
 * @param root the digest to give for the name that was decided on
 * @param covered the manifests that were looked at and may be given
 * @param reason why, for people
 * @param rules the rules that refuse it
 * @param decided when
 */
record Verdict(
        boolean isAccepted,
        boolean isVouched,
        boolean isFinal,
        Digest root,
        Set<Digest> covered,
        String reason,
        List<String> rules,
        Instant decided) {}
