package dev.tallyclerk.trust.sigstore.internal;

import dev.tallyclerk.trust.internal.engine.Signatures;
import java.util.ArrayList;
import java.util.List;

/**
 * What a trusted root contains.
 *
 * @param logs the logs of signatures
 * @param authorities the certificate authorities
 * @param certificateLogs the logs of certificates
 * @param timestampAuthorities the timestamp authorities
 */
public record RootParts(
        List<TrustedLog> logs,
        List<TrustedChain> authorities,
        List<TrustedLog> certificateLogs,
        List<TrustedChain> timestampAuthorities) {
    /** A root that trusts nothing. */
    public static final RootParts EMPTY = new RootParts(List.of(), List.of(), List.of(), List.of());

    /** Keeps copies of the lists. */
    public RootParts {
        logs = List.copyOf(logs);
        authorities = List.copyOf(authorities);
        certificateLogs = List.copyOf(certificateLogs);
        timestampAuthorities = List.copyOf(timestampAuthorities);
    }

    /** {@return this and what another root trusts} */
    public RootParts and(RootParts more) {
        return new RootParts(
                joined(logs, more.logs),
                joined(authorities, more.authorities),
                joined(certificateLogs, more.certificateLogs),
                joined(timestampAuthorities, more.timestampAuthorities));
    }

    /** {@return this with other code to verify the signatures of logs} */
    public RootParts with(Signatures signatures) {
        return new RootParts(
                logs.stream().map(log -> log.with(signatures)).toList(),
                authorities,
                certificateLogs.stream().map(log -> log.with(signatures)).toList(),
                timestampAuthorities);
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
