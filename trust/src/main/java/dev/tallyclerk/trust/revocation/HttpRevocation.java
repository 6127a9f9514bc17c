package dev.tallyclerk.trust.revocation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.revocation.RevocationPointers.Point;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the servers that certificates name: OCSP responders first, then lists.
 *
 * <p>An answer of a responder decides; lists decide if no responder knows. All distribution points of a certificate
 * must have a list. Addresses are of plain http, as answers are signed. Nothing is kept between checks. The
 * certificates of a path name hosts of the issuers' choice, on private networks too, so only paths to trusted roots may
 * be checked. Blocks; immutable, and safe for use by several threads.
 */
public final class HttpRevocation implements RevocationChecker {
    private final HttpSettings http;
    private final RevocationServers servers;
    private final @Nullable OcspEngine ocsp;
    private final RevocationLimits limits;

    private HttpRevocation(
            HttpSettings http, RevocationServers servers, @Nullable OcspEngine ocsp, RevocationLimits limits) {
        this.http = http;
        this.servers = servers;
        this.ocsp = ocsp;
        this.limits = limits;
    }

    /**
     * {@return a checker that knows lists only}
     *
     * @param http how servers are called; its clock says what is current
     */
    public static HttpRevocation of(HttpSettings http) {
        return new HttpRevocation(http, new RevocationServers(http), null, RevocationLimits.defaults());
    }

    /** {@return this checker, which asks OCSP responders, too} */
    public HttpRevocation withOcsp(OcspEngine ocsp) {
        return new HttpRevocation(http, servers, Objects.requireNonNull(ocsp, "ocsp"), limits);
    }

    /** {@return this checker with other limits} */
    public HttpRevocation withLimits(RevocationLimits limits) {
        return new HttpRevocation(http, servers, ocsp, Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public RevocationReport check(List<X509Certificate> path) {
        return report(path, Optional.empty());
    }

    @Override
    public RevocationReport check(List<X509Certificate> path, Instant signedAt) {
        return report(path, Optional.of(signedAt));
    }

    private RevocationReport report(List<X509Certificate> path, Optional<Instant> signedAt) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a path without certificates");
        }
        List<CertificateRevocation> results = new ArrayList<>();
        for (int i = 0; i < path.size() - 1; i++) {
            results.add(new Question(path.get(i), path.get(i + 1), signedAt).answer());
        }
        return new RevocationReport(results);
    }

    /** The question for one certificate, and what was done to answer it. */
    private final class Question {
        private final X509Certificate certificate;
        private final X509Certificate issuer;
        private final Optional<Instant> signedAt;
        private final List<String> steps = new ArrayList<>();
        private int addressesLeft = limits.maxAddresses();

        Question(X509Certificate certificate, X509Certificate issuer, Optional<Instant> signedAt) {
            this.certificate = certificate;
            this.issuer = issuer;
            this.signedAt = signedAt;
        }

        CertificateRevocation answer() {
            RevocationPointers pointers;
            try {
                pointers = RevocationPointers.of(certificate);
            } catch (EvidenceException e) {
                steps.add("the certificate's extensions cannot be read: " + text(e));
                return result(RevocationStatus.UNKNOWN);
            }
            if (pointers.isEmpty()) {
                steps.add(RevocationPointers.NONE_STATED);
                return result(RevocationStatus.NOT_STATED);
            }
            return askResponders(pointers.responders())
                    .or(() -> askLists(pointers.lists()))
                    .orElseGet(() -> result(RevocationStatus.UNKNOWN));
        }

        private Optional<CertificateRevocation> askResponders(List<String> responders) {
            for (String responder : responders) {
                if (ocsp == null) {
                    steps.add("OCSP " + Quoted.quote(responder) + ": not asked, no engine for OCSP");
                    continue;
                }
                Optional<RevocationAnswer> answer = ask(
                        "OCSP",
                        responder,
                        uri -> ocsp.read(
                                servers.post(
                                        uri,
                                        "application/ocsp-request",
                                        ocsp.request(certificate, issuer),
                                        limits.maxAnswerBytes()),
                                certificate,
                                issuer,
                                http.clock().instant(),
                                limits.clockSkew()));
                if (answer.isPresent() && answer.get().status() != RevocationStatus.UNKNOWN) {
                    return Optional.of(result(answer.get()));
                }
            }
            return Optional.empty();
        }

        /** Each point may have other entries, so all are asked unless one has the certificate. */
        private Optional<CertificateRevocation> askLists(List<Point> points) {
            Optional<CertificateRevocation> good = Optional.empty();
            boolean isComplete = true;
            for (Point point : points) {
                Optional<RevocationAnswer> answer = Optional.empty();
                if (!point.isWhole() || point.addresses().isEmpty()) {
                    steps.add(
                            "CRL: a distribution point without an address, of another issuer or for some reasons only");
                }
                for (String address : point.isWhole() ? point.addresses() : List.<String>of()) {
                    answer = ask(
                            "CRL",
                            address,
                            uri -> RevocationList.read(
                                            servers.get(uri, limits.maxListBytes()),
                                            certificate,
                                            issuer,
                                            point.addresses(),
                                            http.clock().instant(),
                                            limits.clockSkew())
                                    .answer(certificate));
                    if (answer.isPresent()) {
                        break;
                    }
                }
                isComplete &= answer.isPresent();
                if (answer.isPresent()) {
                    CertificateRevocation found = result(answer.get());
                    if (found.status() == RevocationStatus.REVOKED) {
                        return Optional.of(found);
                    }
                    good = Optional.of(found);
                }
            }
            return isComplete ? good : Optional.empty();
        }

        private Optional<RevocationAnswer> ask(String way, String address, Asking asking) {
            String prefix = way + " " + Quoted.quote(address) + ": ";
            if (addressesLeft == 0) {
                steps.add(prefix + "not asked, more than " + limits.maxAddresses() + " addresses");
                return Optional.empty();
            }
            addressesLeft--;
            try {
                RevocationAnswer answer = asking.ask(RevocationServers.address(address));
                steps.add(prefix + spelled(answer));
                return Optional.of(answer);
            } catch (EvidenceException | IOException e) {
                steps.add(prefix + text(e));
                return Optional.empty();
            }
        }

        private String spelled(RevocationAnswer answer) {
            return switch (answer.status()) {
                        case GOOD -> "good";
                        case REVOKED ->
                            "revoked at " + answer.revokedAt().orElseThrow()
                                    + (answer.reason().isEmpty() ? "" : ", " + answer.reason())
                                    + answer.invalidFrom()
                                            .map(from -> ", invalid from " + from)
                                            .orElse("");
                        default -> "not known to the responder";
                    }
                    + (answer.note().isEmpty() ? "" : "; " + answer.note());
        }

        private CertificateRevocation result(RevocationAnswer answer) {
            if (answer.status() == RevocationStatus.REVOKED
                    && answer.invalidFrom().isPresent()
                    && signedAt.isPresent()
                    && signedAt.get().isBefore(answer.invalidFrom().get())) {
                steps.add("signed at " + signedAt.get() + ", before the certificate became invalid");
                return result(RevocationStatus.GOOD);
            }
            return new CertificateRevocation(certificate, answer.status(), answer.revokedAt(), answer.reason(), steps);
        }

        private CertificateRevocation result(RevocationStatus status) {
            return new CertificateRevocation(certificate, status, Optional.empty(), "", steps);
        }
    }

    /** Asks one address. */
    @FunctionalInterface
    private interface Asking {
        RevocationAnswer ask(URI uri) throws EvidenceException, IOException;
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return Quoted.printable(message == null ? e.getClass().getSimpleName() : message);
    }
}
