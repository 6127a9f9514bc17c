package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.trust.internal.certificate.CommonName;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryException.Reason;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks the certificates that a root's own keys are declared as. */
public final class RootCertificates {
    /** How far in the future a certificate may begin, for clocks that differ. */
    private static final Duration LEEWAY = Duration.ofDays(1);

    private RootCertificates() {}

    /**
     * {@return the keys of a root whose certificates name a collection}
     *
     * @param gun the collection's name
     * @param now the time at which the certificates must be valid; null for any
     */
    public static List<NotaryKey> of(RootFile root, String gun, @Nullable Instant now) {
        return root.signersOf(Roles.ROOT).keys().stream()
                .filter(key -> key.publicKey().isPresent() && names(key, gun) && isSound(key.certificates(), now))
                .toList();
    }

    private static boolean names(NotaryKey key, String gun) {
        return !key.certificates().isEmpty()
                && CommonName.of(key.certificates().get(0))
                        .filter(name -> matches(name, gun))
                        .isPresent();
    }

    /** {@return whether a name is the collection's, or the beginning of it with a {@code *} behind} */
    public static boolean matches(String name, String gun) {
        return name.endsWith("*") ? gun.startsWith(name.substring(0, name.length() - 1)) : name.equals(gun);
    }

    /** {@return whether it is one certificate for a key and then those of its issuers, and the first is valid} */
    private static boolean isSound(List<X509Certificate> chain, @Nullable Instant now) {
        boolean oneLeaf = !isAuthority(chain.get(0)) && chain.stream().skip(1).allMatch(RootCertificates::isAuthority);
        return oneLeaf && isValid(chain.get(0), now);
    }

    /** {@return whether a certificate may issue others} */
    public static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0;
    }

    /**
     * {@return whether a certificate is not signed with a broken hash, and valid}
     *
     * @param now the time at which it must be valid; null for any
     */
    public static boolean isValid(X509Certificate certificate, @Nullable Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT).replace("-", "");
        if (begin.isAfter(end) || algorithm.startsWith("SHA1") || algorithm.startsWith("MD")) {
            return false;
        }
        return now == null || (!begin.isAfter(now.plus(LEEWAY)) && !end.isBefore(now));
    }

    /**
     * Refuses a root that its own certificates have not signed.
     *
     * @param now the time at which the certificates must be valid; null for any
     * @param pins which of the certificates count
     */
    public static void requireOwn(RootFile root, String gun, @Nullable Instant now, Predicate<NotaryKey> pins)
            throws NotaryException {
        List<NotaryKey> valid = of(root, gun, now);
        if (valid.isEmpty()) {
            boolean expired = !of(root, gun, null).isEmpty();
            throw NotaryException.of(
                    expired ? Reason.EXPIRED : Reason.NO_VALID_CERTIFICATE,
                    Roles.ROOT,
                    "version " + root.version() + " has no certificate for this collection"
                            + (expired ? " that is valid at " + now : "")
                            + "; its subject must have the collection's name as the common name");
        }
        List<NotaryKey> pinned = valid.stream().filter(pins).toList();
        if (pinned.isEmpty()) {
            throw NotaryException.of(
                    Reason.PIN_MISMATCH,
                    Roles.ROOT,
                    "version " + root.version() + " has the certificate "
                            + valid.get(0).id() + ", which no pin for this collection matches; find out by another way"
                            + " whether it is right, and pin it then");
        }
        root.signersOf(Roles.ROOT)
                .only(pinned)
                .require(root.file(), Reason.THRESHOLD_NOT_MET, "certificates of root version " + root.version());
    }

    /** {@return whether the keys of a root that is trusted have signed another} */
    public static boolean isChained(RootFile trusted, RootFile next, String gun) {
        return trusted.signersOf(Roles.ROOT).only(of(trusted, gun, null)).accept(next.file());
    }

    /** Refuses a root that the keys of a trusted one have not signed, or that is older. */
    public static void requireChained(RootFile trusted, RootFile next, String gun) throws NotaryException {
        trusted.signersOf(Roles.ROOT)
                .only(of(trusted, gun, null))
                .require(next.file(), Reason.ROOT_NOT_CHAINED, "certificates of root version " + trusted.version());
        next.file().refuseRollback(trusted.file());
    }
}
