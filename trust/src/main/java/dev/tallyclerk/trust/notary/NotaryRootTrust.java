package dev.tallyclerk.trust.notary;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.certificate.CertificateBundle;
import dev.tallyclerk.trust.internal.certificate.PathSearch;
import dev.tallyclerk.trust.notary.internal.NotaryKey;
import dev.tallyclerk.trust.notary.internal.RootCertificates;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The rules by which a client trusts the root of a Notary v1 collection, as {@code trust_pinning} of the original.
 *
 * <p>For a collection the first that applies counts: the certificates pinned for exactly its name; those for the
 * longest beginning of it; the authorities for the longest beginning of it; trust on first use, unless it is off.
 *
 * <p>Unlike the original, a client applies the rules at every update and not only on first contact. A root in the store
 * is a second rule: the next root must be signed by its keys too. Immutable.
 */
public final class NotaryRootTrust {
    private static final int MAX_AUTHORITIES = 100;

    /** The usage that a certificate must allow if it restricts its usages: the original verifies like a TLS client. */
    private static final Set<String> USAGES = Set.of("1.3.6.1.5.5.7.3.1", "2.5.29.37.0");

    private final boolean firstUse;
    private final Map<String, Set<String>> certificates;
    private final Map<String, List<X509Certificate>> authorities;

    private NotaryRootTrust(
            boolean firstUse, Map<String, Set<String>> certificates, Map<String, List<X509Certificate>> authorities) {
        this.firstUse = firstUse;
        this.certificates = certificates;
        this.authorities = authorities;
    }

    /**
     * {@return trust in the first root that a server shows for a collection without a pin; Docker's rule}
     *
     * <p>An attacker who controls the server or the network on first contact decides what is trusted. The client's
     * store remembers the root: with an empty store, each contact is the first.
     */
    public static NotaryRootTrust firstUse() {
        return new NotaryRootTrust(true, Map.of(), Map.of());
    }

    /** {@return trust in nothing but the pins to be added, and in roots that are already in the client's store} */
    public static NotaryRootTrust pinned() {
        return new NotaryRootTrust(false, Map.of(), Map.of());
    }

    /**
     * {@return whether the first root of a collection without a pin is trusted}
     *
     * <p>Keep the stores of clients that trust it apart from those of clients that do not: a root in a store is
     * trusted.
     */
    public boolean allowsFirstUse() {
        return firstUse;
    }

    /**
     * {@return this with certificates for the roots of a collection, or of several}
     *
     * @param gun the collection's name, or its beginning and a {@code *}
     * @param keyIds the ids of the certificates as the root declares them, or of their keys as {@code notary key list}
     *     shows them: 64 hexadecimal characters in lower case, at least one
     */
    public NotaryRootTrust withCertificates(String gun, String... keyIds) {
        if (keyIds.length == 0) {
            throw new IllegalArgumentException("give at least one key id");
        }
        Map<String, Set<String>> more = new LinkedHashMap<>(certificates);
        Set<String> all = new HashSet<>(more.getOrDefault(gun, Set.of()));
        for (String keyId : keyIds) {
            if (!keyId.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("not a key id: " + Quoted.quote(keyId));
            }
            all.add(keyId);
        }
        more.put(gun, Set.copyOf(all));
        return new NotaryRootTrust(firstUse, Map.copyOf(more), authorities);
    }

    /**
     * {@return this with authorities that issue the certificates of roots}
     *
     * <p>As for the original, a certificate must be allowed to identify a TLS server, or not restrict its usages. Those
     * that notary makes itself are restricted to signing code, and are refused.
     *
     * @param gunPrefix the beginning of the names of the collections
     * @param pem the authorities' certificates; those that have expired do not count
     * @throws IllegalArgumentException if there is no certificate, or more than 100
     */
    public NotaryRootTrust withAuthorities(String gunPrefix, String pem) {
        Map<String, List<X509Certificate>> more = new LinkedHashMap<>(authorities);
        try {
            more.put(gunPrefix, CertificateBundle.parse(pem.getBytes(StandardCharsets.UTF_8), MAX_AUTHORITIES));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("not a list of PEM certificates", e);
        }
        return new NotaryRootTrust(firstUse, certificates, Map.copyOf(more));
    }

    /**
     * {@return which keys of a root count}
     *
     * @param firstContact whether the store has no root for the collection
     */
    Predicate<NotaryKey> pins(String gun, Instant now, boolean firstContact) throws NotaryException {
        Optional<Set<String>> ids = pinnedIds(gun);
        if (ids.isPresent()) {
            return key -> ids.get().contains(key.id())
                    || key.bareId().filter(ids.get()::contains).isPresent();
        }
        Optional<String> prefix =
                longest(authorities.keySet().stream().filter(gun::startsWith).toList());
        if (prefix.isPresent()) {
            return key -> isIssued(key.certificates(), authorities.getOrDefault(prefix.get(), List.of()), now);
        }
        if (firstContact && !firstUse) {
            throw NotaryException.of(
                    Reason.NOT_PINNED,
                    "root",
                    "there is no pin for this collection, and trust on first use is off; pin its certificate");
        }
        return key -> true;
    }

    private Optional<Set<String>> pinnedIds(String gun) {
        if (certificates.containsKey(gun)) {
            return Optional.ofNullable(certificates.get(gun));
        }
        List<String> wildcards = certificates.keySet().stream()
                .filter(name -> name.endsWith("*") && RootCertificates.matches(name, gun))
                .toList();
        return longest(wildcards).map(certificates::get);
    }

    private static Optional<String> longest(List<String> names) {
        return names.stream().max(Comparator.comparingInt(String::length));
    }

    private static boolean isIssued(List<X509Certificate> chain, List<X509Certificate> authorities, Instant now) {
        try {
            return PathSearch.find(chain.get(0), authorities, chain.subList(1, chain.size()), now).stream()
                    .allMatch(NotaryRootTrust::mayIdentifyServers);
        } catch (EvidenceException e) {
            return false;
        }
    }

    private static boolean mayIdentifyServers(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.stream().anyMatch(USAGES::contains);
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
